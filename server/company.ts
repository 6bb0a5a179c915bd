/**
 * Who is in a document, on this node and on all others: tells the participants of each other a few
 * times a second, and the other nodes of those who are here. Whom another node has not spoken of for
 * a while is gone, and nobody is here twice. Knows no document.
 */
import { encodeFrame } from "#protocol/frames.ts";
import { Batch } from "./batch.ts";
import type { PeopleMessage } from "./bus-message.ts";
import type { Line } from "./line.ts";
import type { Participant } from "./participant.ts";
import { type Announcement, announcementsIn, GONE, Presence } from "./presence.ts";
import { PresenceRelay } from "./presence-relay.ts";

/** How often a node names all its people, in milliseconds. */
const BEAT_MS = 8000;

/** So many beats of ours without a word of it, and its people are gone. In beats, so that a pause of this process is not held against it. */
const SILENT_BEATS = 3;

/** How long another node has to look whether its client is there, and to say so; milliseconds. */
const CHALLENGE_MS = { look: 2500, answer: 4000 };

export interface CompanyOptions {
  /** To the other nodes; undefined: there are none. */
  readonly line: Pick<Line, "publish"> | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** A frame for all participants but one. */
  readonly tell: (frame: Uint8Array, except: Participant | undefined) => void;
  /** All that has changed was told. */
  readonly onTold: () => void;
}

/** A client of another node. */
class Elsewhere {
  readonly clientId: number;
  #challenge: NodeJS.Timeout | undefined;

  constructor(clientId: number) {
    this.clientId = clientId;
  }

  /** Its node is asked whether it is there; `onSilent` when that does not answer. Does nothing while it is being asked. */
  ask(ask: () => void, onSilent: () => void): void {
    if (this.#challenge) return;
    ask();
    this.#challenge = setTimeout(onSilent, CHALLENGE_MS.answer).unref();
  }

  /** Its node has spoken of it, or it is gone. */
  answered(): void {
    clearTimeout(this.#challenge);
    this.#challenge = undefined;
  }
}

interface OtherNode {
  readonly people: Map<number, Elsewhere>;
  connections: number;
  /** Beats of ours since it was heard. */
  silentBeats: number;
}

export class Company {
  readonly #options: CompanyOptions;
  readonly #presence: Presence<Participant | Elsewhere>;
  readonly #relay = new PresenceRelay(() => this.#tell());
  readonly #here = new Set<Participant>();
  readonly #nodes = new Map<string, OtherNode>();
  readonly #beats: NodeJS.Timeout | undefined;
  /** Clients are looked for, and the node that asked is to be told. */
  readonly #looks = new Set<NodeJS.Timeout>();
  /** What the others were told last. */
  #toldConnections = 0;

  constructor(options: CompanyOptions) {
    this.#options = options;
    this.#presence = new Presence(options.now);
    if (options.line) this.#beats = setInterval(() => this.#beat(), BEAT_MS).unref();
  }

  /** The participants of this node. */
  get here(): ReadonlySet<Participant> {
    return this.#here;
  }

  /** Sockets in the document, on all nodes. */
  get connections(): number {
    return [...this.#nodes.values()].reduce((sum, node) => sum + node.connections, this.#here.size);
  }

  /** JSON by client id, as the people in it are told of each other. */
  get states(): ReadonlyMap<number, string> {
    return this.#presence.states();
  }

  join(participant: Participant): void {
    this.#here.add(participant);
    this.#presence.join(participant, participant.identity);
    // The others are told how many there are.
    if (this.#options.line) this.#relay.schedule();
  }

  /** Somebody may be told to be another than before. */
  identify(participant: Participant): void {
    this.#presence.identify(participant, participant.identity);
    this.#relay.schedule();
  }

  /** Answers whether it was here. */
  leave(participant: Participant): boolean {
    if (!this.#here.delete(participant)) return false;
    this.#presence.leave(participant);
    this.#relay.schedule();
    return true;
  }

  /** @throws MalformedFrame when it is no awareness update. */
  announce(participant: Participant, update: Uint8Array): void {
    const holder = this.#presence.receive(participant, update);
    if (holder) this.#challenge(holder);
    this.#relay.schedule();
  }

  /** Tell somebody who else is here. */
  introduce(participant: Participant): void {
    const update = this.#presence.others(participant);
    if (update) participant.deliver(new Batch([encodeFrame({ type: "awareness", update })]));
  }

  /** An awareness update with everybody else and who left not long ago; undefined when that is nobody. */
  since(participant: Participant): Uint8Array | undefined {
    return this.#presence.since(participant);
  }

  /** Another node names people of its own. */
  received({ isWhole, connections, update }: PeopleMessage, from: string): void {
    const node = this.#nodes.get(from) ?? { people: new Map(), connections: 0, silentBeats: 0 };
    this.#nodes.set(from, node);
    node.connections = connections;
    node.silentBeats = 0;
    const announcements = announcementsIn(update);
    const here = announcements.filter(({ said }) => said !== GONE);
    for (const announcement of here) this.#learn(node, announcement);
    const kept = new Set(here.map(({ clientId }) => clientId));
    const gone = isWhole ? node.people.keys() : announcements.map(({ clientId }) => clientId);
    for (const clientId of gone) if (!kept.has(clientId)) this.#part(node, clientId);
    this.#relay.schedule();
  }

  /** Another node asks who is here, or whether one is. */
  asked(clientId?: number): void {
    if (clientId === undefined) return this.#name();
    const holder = this.#presence.holderOf(clientId);
    if (!holder || holder instanceof Elsewhere) return this.#name();
    this.#challenge(holder);
    const look = setTimeout(() => {
      this.#looks.delete(look);
      this.#name();
    }, CHALLENGE_MS.look).unref();
    this.#looks.add(look);
  }

  /** Have all other nodes say who is there, and tell them who is here. */
  gather(): void {
    this.#options.line?.publish({ type: "askPeople" });
    if (this.#here.size > 0) this.#name();
  }

  close(): void {
    clearInterval(this.#beats);
    for (const look of this.#looks) clearTimeout(look);
    this.#relay.close();
    for (const node of this.#nodes.values()) {
      for (const person of node.people.values()) person.answered();
    }
    if (this.#toldConnections > 0) this.#name();
  }

  #learn(node: OtherNode, announcement: Announcement): void {
    const { clientId } = announcement;
    const person = node.people.get(clientId) ?? new Elsewhere(clientId);
    node.people.set(clientId, person);
    person.answered();
    const holder = this.#presence.adopt(person, announcement);
    if (holder) this.#challenge(holder);
  }

  #part(node: OtherNode, clientId: number): void {
    const person = node.people.get(clientId);
    if (!person) return;
    person.answered();
    node.people.delete(clientId);
    // Whoever asks for its client id has it from now on, and is told under it at once.
    this.#presence.yield(person);
    this.#presence.leave(person);
    this.#relay.schedule();
  }

  /** Somebody asks for the client id of this one, who may be gone. */
  #challenge(holder: Participant | Elsewhere): void {
    const onSilent = () => {
      this.#presence.yield(holder);
      this.#relay.schedule();
    };
    if (!(holder instanceof Elsewhere)) return holder.challenge(onSilent);
    const { clientId } = holder;
    holder.ask(() => this.#options.line?.publish({ type: "challenge", clientId }), onSilent);
  }

  #tell(): void {
    const { changes, ours } = this.#presence.takeChanges();
    for (const { update, except } of changes) {
      const frame = encodeFrame({ type: "awareness", update });
      this.#options.tell(frame, except instanceof Elsewhere ? undefined : except);
    }
    this.#options.onTold();
    if (!this.#options.line) return;
    const update = ours();
    if (update || this.#here.size !== this.#toldConnections) this.#publish(false, update);
  }

  #beat(): void {
    for (const [name, node] of this.#nodes) {
      node.silentBeats += 1;
      if (node.silentBeats < SILENT_BEATS) continue;
      this.#nodes.delete(name);
      this.#relay.schedule();
      for (const clientId of node.people.keys()) this.#part(node, clientId);
    }
    if (this.#here.size + this.#toldConnections > 0) this.#name();
  }

  /** Everybody who is here. */
  #name(): void {
    this.#publish(true, this.#presence.ours());
  }

  #publish(isWhole: boolean, update: Uint8Array = Uint8Array.of(0)): void {
    this.#toldConnections = this.#here.size;
    this.#options.line?.publish({ type: "people", isWhole, connections: this.#here.size, update });
  }
}

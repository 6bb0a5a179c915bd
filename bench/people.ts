/** People in one document: opened, in sync, some of them typing, the others counting. */
import { encodeFrame } from "../server/protocol/frames.ts";
import { until } from "./clock.ts";
import { Client, framed } from "./client.ts";
import type { Place } from "./peers.ts";
import type { Served, ServerProcess } from "./server-process.ts";
import { Typist } from "./typing.ts";

const ASK_FOR_ALL = encodeFrame({ type: "step1", stateVector: Uint8Array.of(0) });
const ANSWER_NOTHING = encodeFrame({ type: "step2", update: Uint8Array.of(0, 0) });

/**
 * Opens a client and brings it in sync, as a stock provider with an empty document would.
 * What comes goes to `onMessage` until it listens to something else.
 */
export async function join(
  server: ServerProcess,
  place: Place,
  onMessage?: (message: Buffer) => void,
): Promise<Client> {
  const client = await Client.open(server, place);
  if (!server.peer.isYjs) {
    client.listen({});
    return client;
  }
  const synced = new Promise<void>((resolve) =>
    client.listen({
      onMessage: (message) => {
        onMessage?.(message);
        if (message[0] === 0 && message[1] === 0) client.send(ANSWER_NOTHING);
        if (message[0] === 0 && message[1] === 1) resolve();
      },
    }),
  );
  client.send(ASK_FOR_ALL);
  await synced;
  return client;
}

/** So many people in one document, one after the other. */
export function joinAll(server: ServerProcess, place: Place, people: number): Promise<Client[]> {
  return joinEach(
    Array.from({ length: people }, () => server),
    place,
  );
}

/** Likewise, each at a node of their own. */
export async function joinEach(nodes: readonly ServerProcess[], place: Place): Promise<Client[]> {
  const clients: Client[] = [];
  for (const node of nodes) clients.push(await join(node, place));
  return clients;
}

/** What was typed is on disk, where the server says such things. */
export async function allSaved(
  { peer }: Pick<Served, "peer">,
  writers: readonly Writer[],
): Promise<void> {
  if (peer.name !== "quire") return;
  const isSaved = () => writers.every(({ typist, acknowledged }) => acknowledged === typist.typed);
  await until(isSaved, "everything typed is acknowledged");
}

/** One who types: frames are made just in time, and what the server said is on disk is counted. */
export class Writer {
  readonly client: Client;
  readonly typist: Typist;
  readonly #place: Place;
  /** Frames acknowledged as saved, of those that were sent since it joined. */
  acknowledged = 0;
  /** Hears from which frame on, and up to which, they are saved now. */
  onAcknowledged: ((from: number, to: number) => void) | undefined;

  /**
   * `client` has answered nothing but one step 2 so far. What comes for it is counted here, and
   * handed on to `onMessage`.
   */
  constructor(
    client: Client,
    place: Place,
    typist: Typist,
    onMessage: (message: Buffer) => void = () => undefined,
  ) {
    this.client = client;
    this.#place = place;
    this.typist = typist;
    client.listen({
      onMessage: (message) => {
        this.#receive(message);
        onMessage(message);
      },
    });
  }

  /** Types so many times, each an update of its own, in one write. */
  type(count: number): void {
    const frames = Array.from({ length: count }, () => framed(this.#place, this.typist.type()));
    this.client.write(Buffer.concat(frames));
  }

  #receive(message: Buffer): void {
    // Quire's acknowledgement: 100, then a varUint.
    if (message[0] !== 100) return;
    let [count, factor] = [0, 1];
    for (let at = 1; at < message.length; at++, factor *= 128) {
      count += ((message[at] ?? 0) & 0x7f) * factor;
    }
    const before = this.acknowledged;
    // The empty step 2 of joining counts too.
    this.acknowledged = Math.max(0, count - 1);
    this.onAcknowledged?.(before, this.acknowledged);
  }
}

/**
 * Keeps a Y.Doc and its awareness in step with the server's room, and knows how
 * much of what was written here is on the server's disk. Speaks the protocol of
 * `#protocol/frames.ts`; knows no page.
 */
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from "y-protocols/awareness";
import * as Y from "yjs";
import { decodeFrame, encodeFrame, type Frame, type ServerState } from "#protocol/frames.ts";
import { partsOf } from "#protocol/state-parts.ts";
import { Ledger } from "./ledger.ts";
import { Link, type LinkOptions, type LinkState } from "./link.ts";

/**
 * An edit without acknowledgement is looked after: first asked about, then sent
 * anew, after twice the time each time it did not help. Milliseconds.
 */
const UNSAVED = { check: 250, probe: 1500, probeAgain: 5000, resync: 5000, longestResync: 60_000 };

/** An epoch that could not be learnt is asked for again after this time; milliseconds. */
const LEARN_AGAIN_MS = 5000;

export interface ProviderOptions {
  readonly doc: Y.Doc;
  /** `ws://host/ws/doc/<id>` */
  readonly url: string;
  /** Asked anew for each socket. */
  readonly token: () => string;
  /** Of the copy that `doc` holds already; the server refuses it when its own has another. */
  readonly epoch?: number | undefined;
  /** What it was when the document was last open; the server has the last word. */
  readonly mayEdit?: boolean | undefined;
  /** Asks which epoch the server's copy has; without it none is learnt. */
  readonly readEpoch?: () => Promise<number>;
  readonly WebSocket?: LinkOptions["WebSocket"];
}

interface AwarenessChange {
  readonly added: number[];
  readonly updated: number[];
  readonly removed: number[];
}

export class Provider {
  readonly awareness: Awareness;
  readonly #doc: Y.Doc;
  readonly #link: Link;
  readonly #ledger = new Ledger();
  readonly #unsaved = signal(0);
  readonly #isPending = signal(false);
  readonly #synced = signal(false);
  readonly #isCurrent = signal(false);
  readonly #storeState = signal<ServerState>("ok");
  readonly #mayEdit: Signal<boolean | undefined>;
  readonly #epoch: Signal<number | undefined>;
  readonly #readEpoch: ProviderOptions["readEpoch"];
  readonly #checks: ReturnType<typeof setInterval>;
  /** The server has asked for what it lacks: from then on each change goes out by itself. */
  #isLive = false;
  /** Counts the sockets that were lost. */
  #losses = 0;
  /** When a socket opened, bytes left or an edit was acknowledged: something moves. */
  #movedAt = 0;
  #waiting = 0;
  #isLearning = false;
  #learnAgainAt = Infinity;
  #probedAt = -Infinity;
  #resyncAfter = UNSAVED.resync;

  constructor({ doc, url, token, epoch, mayEdit, readEpoch, WebSocket }: ProviderOptions) {
    this.#doc = doc;
    this.#epoch = signal(epoch);
    this.#mayEdit = signal(mayEdit);
    this.#readEpoch = readEpoch;
    this.awareness = new Awareness(doc);
    this.#link = new Link({
      address: () => `${url}?${this.#query(token())}`,
      onOpen: () => this.#greet(),
      onMessage: (message) => this.#take(message),
      onLost: () => this.#disconnected(),
      ...(WebSocket && { WebSocket }),
    });
    doc.on("update", this.#onUpdate);
    this.awareness.on("update", this.#onAwareness);
    this.#checks = setInterval(() => this.#check(), UNSAVED.check);
  }

  get link(): ReadonlySignal<LinkState> {
    return this.#link.state;
  }

  /** Whether the document has been received at least once. */
  get synced(): ReadonlySignal<boolean> {
    return this.#synced;
  }

  /** The present socket has brought who is here, and the document. */
  get isCurrent(): ReadonlySignal<boolean> {
    return this.#isCurrent;
  }

  /** Local changes that the server has not acknowledged. */
  get unsaved(): ReadonlySignal<number> {
    return this.#unsaved;
  }

  /** Something was sent that the server has not acknowledged. */
  get isPending(): ReadonlySignal<boolean> {
    return this.#isPending;
  }

  get storeState(): ReadonlySignal<ServerState> {
    return this.#storeState;
  }

  /** Whether the server takes edits from here; undefined until it has shown. Kept while offline. */
  get mayEdit(): ReadonlySignal<boolean | undefined> {
    return this.#mayEdit;
  }

  /** Of the copy here; undefined until it is known. */
  get epoch(): ReadonlySignal<number | undefined> {
    return this.#epoch;
  }

  /** Changes of an earlier visit are in the document, and were not acknowledged then. */
  adopt(changes: number): void {
    if (changes === 0) return;
    // Only the step 2 of a socket that is not greeted yet is sure to carry them.
    if (this.#link.isOpen) this.#link.restart();
    this.#ledger.adopted(changes);
    this.#tellUnsaved();
  }

  /** The connection may have died unnoticed: ask something that is always answered. */
  probe(): void {
    this.#link.hurry();
    if (!this.#link.isOpen) return;
    this.#ask();
    this.#link.expectAnswer();
  }

  /** The network is known to be gone. */
  interrupt(): void {
    this.#link.restart();
  }

  /** The page is being left: say goodbye, keep everything. */
  leave(): void {
    // Without a state, at the present clock: others take that for a removal, and it stays here.
    const update = encodeAwarenessUpdate(this.awareness, [this.awareness.clientID], new Map());
    this.#send({ type: "awareness", update });
    this.#link.close();
    this.#disconnected();
  }

  /** The page that was left is shown again, or what was refused may be granted now. */
  comeBack(): void {
    this.#link.reopen();
  }

  /** Say goodbye and stop for good. */
  destroy(): void {
    clearInterval(this.#checks);
    this.awareness.setLocalState(null);
    this.#doc.off("update", this.#onUpdate);
    this.#link.close();
    this.awareness.destroy();
  }

  /** What comes from the device is no new change, but the server may lack it. */
  readonly #onUpdate = (
    update: Uint8Array,
    origin: unknown,
    _doc: Y.Doc,
    { local }: Y.Transaction,
  ): void => {
    if (origin === this) return;
    if (local) this.#ledger.changed();
    if (this.#isLive) this.#sendEdit("update", update);
    else this.#tellUnsaved();
  };

  readonly #onAwareness = ({ added, updated, removed }: AwarenessChange, origin: unknown): void => {
    const isOwn = [...added, ...updated, ...removed].includes(this.awareness.clientID);
    if (origin !== this && isOwn) this.#announce();
  };

  #query(token: string): URLSearchParams {
    const query = new URLSearchParams({ token, ack: "1" });
    const epoch = this.#epoch.peek();
    if (epoch !== undefined) query.set("epoch", String(epoch));
    return query;
  }

  #greet(): void {
    this.#movedAt = Date.now();
    this.#ask();
    if (this.awareness.getLocalState()) this.#announce();
  }

  #ask(): void {
    this.#send({ type: "step1", stateVector: Y.encodeStateVector(this.#doc) });
  }

  #announce(): void {
    const update = encodeAwarenessUpdate(this.awareness, [this.awareness.clientID]);
    this.#send({ type: "awareness", update });
  }

  /** What does not decode leaves a gap behind it: only a new start closes that. */
  #take(message: Uint8Array): void {
    try {
      this.#receive(decodeFrame(message));
    } catch (error) {
      console.error("A message of the server could not be read; connecting again.", error);
      this.#link.restart();
    }
  }

  #receive(frame: Frame): void {
    switch (frame.type) {
      case "step1":
        return this.#answer(frame.stateVector);
      case "step2":
        Y.applyUpdate(this.#doc, frame.update, this);
        return this.#arrived();
      case "update":
        return Y.applyUpdate(this.#doc, frame.update, this);
      case "awareness":
        return applyAwarenessUpdate(this.awareness, frame.update, this);
      case "queryAwareness":
        return this.#announce();
      case "acknowledgement":
        return this.#acknowledged(frame.count);
      case "storeState":
        this.#storeState.value = frame.state;
    }
  }

  /** A room asks an editor for its state before it sends its own; a reader is never asked. */
  #arrived(): void {
    batch(() => {
      this.#mayEdit.value = this.#isLive;
      this.#synced.value = true;
      this.#isCurrent.value = true;
    });
    void this.#learnEpoch();
  }

  /** An answer counts only while the socket lasts: a change of epoch ends every socket. */
  async #learnEpoch(): Promise<void> {
    if (this.#epoch.peek() !== undefined || !this.#readEpoch || this.#isLearning) return;
    const losses = this.#losses;
    this.#isLearning = true;
    const epoch = await this.#readEpoch().catch(() => undefined);
    this.#isLearning = false;
    this.#learnAgainAt = Date.now() + LEARN_AGAIN_MS;
    if (epoch !== undefined && losses === this.#losses) this.#epoch.value = epoch;
  }

  #acknowledged(count: number): void {
    this.#ledger.acknowledged(count);
    this.#movedAt = Date.now();
    this.#resyncAfter = UNSAVED.resync;
    this.#tellUnsaved();
  }

  /**
   * Carries everything the server lacks, also what an earlier socket never got acknowledged.
   * Each part is a step 2: a room under repair takes nothing else.
   */
  #answer(stateVector: Uint8Array): void {
    this.#isLive = true;
    this.#mayEdit.value = true;
    this.#sendEdit("step2", Y.encodeStateAsUpdate(this.#doc, stateVector));
  }

  /** In several frames if it is much: the server refuses one that is too large, whatever it holds. */
  #sendEdit(type: "step2" | "update", whole: Uint8Array): void {
    const parts = partsOf(whole);
    const last = parts.pop() ?? whole;
    for (const update of parts) {
      this.#send({ type, update });
      this.#ledger.sentPart();
    }
    this.#send({ type, update: last });
    this.#ledger.sent();
    this.#tellUnsaved();
  }

  #send(frame: Frame): void {
    this.#link.send(encodeFrame(frame));
  }

  #disconnected(): void {
    this.#isLive = false;
    this.#isCurrent.value = false;
    this.#losses += 1;
    this.#ledger.disconnected();
    this.#tellUnsaved();
    this.#forgetOthers();
    this.#storeState.value = "ok";
  }

  /** Their clocks too: who is still there comes back with the clock it had, and would be ignored. */
  #forgetOthers(): void {
    const others = [...this.awareness.meta.keys()].filter((id) => id !== this.awareness.clientID);
    removeAwarenessStates(this.awareness, others, this);
    for (const id of others) this.awareness.meta.delete(id);
  }

  #tellUnsaved(): void {
    batch(() => {
      this.#unsaved.value = this.#ledger.unsaved;
      this.#isPending.value = this.#ledger.isPending;
    });
  }

  #check(): void {
    if (this.#synced.peek() && this.#link.isOpen && Date.now() >= this.#learnAgainAt) {
      void this.#learnEpoch();
    }
    const since = this.#ledger.oldest;
    const { waiting } = this.#link;
    if (waiting < this.#waiting) this.#movedAt = Date.now();
    this.#waiting = waiting;
    // From a reader nothing is taken, however often it is sent.
    if (this.#mayEdit.peek() === false) return;
    if (since === undefined || !this.#link.isOpen) return;
    // A store that says it fails acknowledges later, on this very socket.
    const state = this.#storeState.peek();
    if (state !== "ok" && state !== "apart") return;
    const age = Date.now() - Math.max(since, this.#movedAt);
    if (age >= this.#resyncAfter) this.#resync();
    else if (age >= UNSAVED.probe) this.#probeSlowly();
  }

  #resync(): void {
    this.#resyncAfter = Math.min(this.#resyncAfter * 2, UNSAVED.longestResync);
    this.#link.restart();
  }

  #probeSlowly(): void {
    if (Date.now() - this.#probedAt < UNSAVED.probeAgain) return;
    this.#probedAt = Date.now();
    this.probe();
  }
}

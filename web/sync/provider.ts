/**
 * Keeps a Y.Doc and its awareness in step with the server's room, and knows how
 * much of what was written here is on the server's disk. Speaks the protocol of
 * `#protocol/frames.ts`; knows no page.
 */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from "y-protocols/awareness";
import * as Y from "yjs";
import { decodeFrame, encodeFrame, type Frame, type StoreState } from "#protocol/frames.ts";
import { Ledger } from "./ledger.ts";
import { Link, type LinkOptions, type LinkState } from "./link.ts";

/** An edit without acknowledgement is looked after: first asked about, then sent anew. Milliseconds. */
const UNSAVED = { check: 1000, probe: 3000, resync: 5000 };

export interface ProviderOptions {
  readonly doc: Y.Doc;
  /** `ws://host/ws/doc/<id>` */
  readonly url: string;
  readonly token: string;
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
  readonly #unsavedSince = signal<number | undefined>(undefined);
  readonly #synced = signal(false);
  readonly #storeState = signal<StoreState>("ok");
  readonly #checks: ReturnType<typeof setInterval>;
  /** The server has asked for what it lacks: from then on each change goes out by itself. */
  #isLive = false;
  #openedAt = 0;

  constructor({ doc, url, token, WebSocket }: ProviderOptions) {
    this.#doc = doc;
    this.awareness = new Awareness(doc);
    const query = new URLSearchParams({ token, ack: "1" });
    this.#link = new Link({
      address: () => `${url}?${query}`,
      onOpen: () => this.#greet(),
      onMessage: (message) => this.#receive(decodeFrame(message)),
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

  /** Local changes that the server has not acknowledged. */
  get unsaved(): ReadonlySignal<number> {
    return this.#unsaved;
  }

  /** When the oldest of them was made, in milliseconds since the Unix epoch. */
  get unsavedSince(): ReadonlySignal<number | undefined> {
    return this.#unsavedSince;
  }

  get storeState(): ReadonlySignal<StoreState> {
    return this.#storeState;
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

  /** Say goodbye and stop for good. */
  destroy(): void {
    clearInterval(this.#checks);
    this.awareness.setLocalState(null);
    this.#doc.off("update", this.#onUpdate);
    this.#link.close();
    this.awareness.destroy();
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return;
    this.#ledger.changed();
    if (this.#isLive) this.#sendEdit({ type: "update", update });
    else this.#tellUnsaved();
  };

  readonly #onAwareness = ({ added, updated, removed }: AwarenessChange, origin: unknown): void => {
    const isOwn = [...added, ...updated, ...removed].includes(this.#doc.clientID);
    if (origin !== this && isOwn) this.#announce();
  };

  #greet(): void {
    this.#openedAt = Date.now();
    this.#ask();
    if (this.awareness.getLocalState()) this.#announce();
  }

  #ask(): void {
    this.#send({ type: "step1", stateVector: Y.encodeStateVector(this.#doc) });
  }

  #announce(): void {
    const update = encodeAwarenessUpdate(this.awareness, [this.#doc.clientID]);
    this.#send({ type: "awareness", update });
  }

  #receive(frame: Frame): void {
    switch (frame.type) {
      case "step1":
        return this.#answer(frame.stateVector);
      case "step2":
        Y.applyUpdate(this.#doc, frame.update, this);
        this.#synced.value = true;
        return;
      case "update":
        return Y.applyUpdate(this.#doc, frame.update, this);
      case "awareness":
        return applyAwarenessUpdate(this.awareness, frame.update, this);
      case "queryAwareness":
        return this.#announce();
      case "acknowledgement":
        this.#ledger.acknowledged(frame.count);
        return this.#tellUnsaved();
      case "storeState":
        this.#storeState.value = frame.state;
    }
  }

  /** Carries everything the server lacks, also what an earlier socket never got acknowledged. */
  #answer(stateVector: Uint8Array): void {
    this.#isLive = true;
    this.#sendEdit({ type: "step2", update: Y.encodeStateAsUpdate(this.#doc, stateVector) });
  }

  #sendEdit(frame: Frame): void {
    this.#send(frame);
    this.#ledger.sent();
    this.#tellUnsaved();
  }

  #send(frame: Frame): void {
    this.#link.send(encodeFrame(frame));
  }

  #disconnected(): void {
    this.#isLive = false;
    this.#ledger.disconnected();
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.#doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
    this.#storeState.value = "ok";
  }

  #tellUnsaved(): void {
    batch(() => {
      this.#unsaved.value = this.#ledger.unsaved;
      this.#unsavedSince.value = this.#ledger.oldest;
    });
  }

  #check(): void {
    const since = this.#ledger.oldest;
    // A store that says it fails acknowledges later, on this very socket.
    if (since === undefined || !this.#link.isOpen || this.#storeState.peek() !== "ok") return;
    const age = Date.now() - Math.max(since, this.#openedAt);
    if (age >= UNSAVED.resync) this.#link.restart();
    else if (age >= UNSAVED.probe) this.probe();
  }
}

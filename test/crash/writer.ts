/**
 * A writer that keeps account: it knows which of its edits the server has
 * acknowledged, and so what may never be missing again.
 */
import { once } from "node:events";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { decodeFrame, encodeFrame, type Frame } from "#protocol/frames.ts";
import type { Random } from "../helpers/random.ts";

const WORDS = ["ink ", "fold ", "páper\n", "🪶 ", "# quire\n"];

/** The writer's own clock as it stood when a frame was sent. */
interface Sent {
  readonly frame: number;
  readonly clock: number;
}

export class Writer {
  readonly doc = new Y.Doc();
  /** Everything of this client below this clock is on disk, the server said. */
  acknowledged = 0;
  /** It has got the server's document on the present socket. */
  isSynced = false;
  #socket: WebSocket | undefined;
  #sent: Sent[] = [];
  #frames = 0;
  #isLive = false;

  constructor() {
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this && this.#isLive) this.#edit({ type: "update", update });
    });
  }

  async connect(address: string): Promise<void> {
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#sent = [];
    this.#frames = 0;
    this.isSynced = false;
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (this.#socket === socket) this.#isLive = false;
    });
    socket.on("message", (data: Buffer) => this.#receive(decodeFrame(new Uint8Array(data))));
    await once(socket, "open");
    this.#send({ type: "step1", stateVector: Y.encodeStateVector(this.doc) });
  }

  /** Write or delete some words, if the server has asked what it lacks. */
  write(random: Random): void {
    if (!this.#isLive) return;
    const text = this.doc.getText(CONTENT);
    const at = random.int(text.length + 1);
    if (text.length > 2000) text.delete(0, 1000);
    else text.insert(at, random.pick(WORDS));
  }

  /** Own client's clock: how much it has written. */
  get written(): number {
    return Y.getState(this.doc.store, this.doc.clientID);
  }

  disconnect(): void {
    this.#isLive = false;
    this.#socket?.terminate();
  }

  #receive(frame: Frame): void {
    if (frame.type === "step1") this.#answer(frame.stateVector);
    if (frame.type === "acknowledgement") this.#strike(frame.count);
    if (frame.type === "step2" || frame.type === "update") {
      this.isSynced ||= frame.type === "step2";
      Y.applyUpdate(this.doc, frame.update, this);
    }
  }

  #answer(stateVector: Uint8Array): void {
    this.#isLive = true;
    this.#edit({ type: "step2", update: Y.encodeStateAsUpdate(this.doc, stateVector) });
  }

  #strike(count: number): void {
    const covered = this.#sent.filter(({ frame }) => frame <= count);
    this.#sent = this.#sent.filter(({ frame }) => frame > count);
    this.acknowledged = Math.max(this.acknowledged, covered.at(-1)?.clock ?? 0);
  }

  #edit(frame: Frame): void {
    this.#frames += 1;
    this.#sent.push({ frame: this.#frames, clock: this.written });
    this.#send(frame);
  }

  #send(frame: Frame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encodeFrame(frame));
  }
}

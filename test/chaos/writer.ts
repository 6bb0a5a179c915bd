/**
 * A writer as a page is one: keeps a document of its own, writes whether it is connected or
 * not, connects again wherever it is sent, and then sends what the server lacks. Keeps account
 * of what it did and of what the server has acknowledged.
 */
import { WebSocket } from "ws";
import * as Y from "yjs";
import { isFinal } from "#protocol/close-codes.ts";
import { CONTENT } from "#protocol/document.ts";
import { decodeFrame, encodeFrame, type Frame } from "#protocol/frames.ts";
import type { Random } from "../helpers/random.ts";
import { type Account, type Edit, markerAt, markerOf } from "./checker.ts";

/** Longest wait before the next attempt, in milliseconds; at least a tenth of it. */
const RECONNECT_MS = 500;

/** How often a writer makes sure that the server is there, in milliseconds. */
const PROBE_MS = 1000;

/** A server that is silent for so long is given up, in milliseconds. */
const SILENCE_MS = 3000;

export interface WriterOptions {
  /** Unlike all others'. */
  readonly name: string;
  /** Where to connect to next. */
  readonly address: () => string;
  readonly random: Random;
}

/** What the writer had done when a frame was sent. */
interface Sent {
  readonly frame: number;
  readonly edits: number;
}

export class Writer implements Account {
  readonly doc = new Y.Doc();
  readonly edits: Edit[] = [];
  acknowledged = 0;
  /** How often it was connected. */
  connections = 0;
  /** What a server said that no server may say to somebody honest. */
  complaint: string | undefined;
  readonly #options: WriterOptions;
  #socket: WebSocket | undefined;
  #probing: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #sent: Sent[] = [];
  #frames = 0;
  /** The server has asked what it lacks, and told what was lacking here. */
  #isAsked = false;
  #isTold = false;
  #lastHeard = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this && this.#isAsked) this.#sendEdits({ type: "update", update });
    });
  }

  /** Connects, and goes on doing so until it leaves. */
  enter(): void {
    this.#probing = setInterval(() => this.#probe(), PROBE_MS);
    this.#connect();
  }

  leave(): void {
    clearInterval(this.#probing);
    clearTimeout(this.#again);
    this.#probing = undefined;
    this.hop();
  }

  /** Leaves this server for another one. */
  hop(): void {
    this.#socket?.terminate();
  }

  /** Deletes somebody's marker or writes one, between two others. */
  write(): void {
    const { name, random } = this.#options;
    const text = this.doc.getText(CONTENT);
    const found = markerAt(text.toString(), random.int(text.length + 1));
    if (found && random.int(4) === 0) {
      this.edits.push({ marker: found.marker, isDeletion: true });
      text.delete(found.from, found.marker.length);
    } else {
      const marker = markerOf(name, this.edits.length);
      this.edits.push({ marker, isDeletion: false });
      text.insert(found ? found.from + found.marker.length : 0, marker);
    }
  }

  get isSaved(): boolean {
    return this.acknowledged === this.edits.length;
  }

  /** It is meant to be connected, and has not got all that the server has. */
  get isBehind(): boolean {
    return this.#probing !== undefined && !this.#isTold;
  }

  get text(): string {
    return this.doc.getText(CONTENT).toString();
  }

  #connect(): void {
    const socket = new WebSocket(this.#options.address(), { handshakeTimeout: SILENCE_MS });
    this.#socket = socket;
    this.#sent = [];
    this.#frames = 0;
    socket.on("error", (error) => this.#onError(error));
    socket.on("close", (code, reason) => this.#onClose(code, reason.toString()));
    socket.on("pong", () => (this.#lastHeard = performance.now()));
    socket.on("message", (data: Buffer) => this.#receive(decodeFrame(new Uint8Array(data))));
    socket.on("open", () => {
      this.connections += 1;
      this.#lastHeard = performance.now();
      this.#send({ type: "step1", stateVector: Y.encodeStateVector(this.doc) });
    });
  }

  #onError({ message }: Error): void {
    const [, status] = /^Unexpected server response: (4\d\d)$/.exec(message) ?? [];
    if (status !== undefined && status !== "429") this.complaint = `refused with ${status}`;
  }

  #onClose(code: number, reason: string): void {
    this.#isAsked = false;
    this.#isTold = false;
    if (isFinal(code)) this.complaint = `closed with ${code} ${reason}`;
    if (this.#probing === undefined) return;
    const wait = RECONNECT_MS / 10 + this.#options.random.int(RECONNECT_MS);
    this.#again = setTimeout(() => this.#connect(), wait);
  }

  /** Who writes nothing would not notice otherwise that nobody is there any more. */
  #probe(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    if (performance.now() - this.#lastHeard > SILENCE_MS) this.hop();
    else this.#socket.ping();
  }

  #receive(frame: Frame): void {
    this.#lastHeard = performance.now();
    if (frame.type === "step1") this.#answer(frame.stateVector);
    if (frame.type === "acknowledgement") this.#strike(frame.count);
    if (frame.type === "step2" || frame.type === "update") {
      this.#isTold ||= frame.type === "step2";
      Y.applyUpdate(this.doc, frame.update, this);
    }
  }

  #answer(stateVector: Uint8Array): void {
    this.#isAsked = true;
    this.#sendEdits({ type: "step2", update: Y.encodeStateAsUpdate(this.doc, stateVector) });
  }

  #strike(count: number): void {
    const covered = this.#sent.filter(({ frame }) => frame <= count);
    this.#sent = this.#sent.filter(({ frame }) => frame > count);
    this.acknowledged = Math.max(this.acknowledged, covered.at(-1)?.edits ?? 0);
  }

  #sendEdits(frame: Frame): void {
    this.#frames += 1;
    this.#sent.push({ frame: this.#frames, edits: this.edits.length });
    this.#send(frame);
  }

  #send(frame: Frame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encodeFrame(frame));
  }
}

/**
 * One WebSocket at a time to one address: opens it again when it is lost, backs
 * off as the close code asks, and does not trust a silent one. Carries bytes and
 * knows nothing of what they mean.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { CLOSE_CODES, isFinal } from "#protocol/close-codes.ts";

/** Milliseconds. The server sends something at least every 15 s. */
const TIMES = {
  silence: 30_000,
  /** An answer to a probe takes longer than this: the connection is dead. */
  probe: 3000,
  firstRetry: 500,
  longestRetry: 8000,
  /** A connection that lasted this long was a good one: the next tries start afresh. */
  stable: 5000,
  /** After a restart everybody comes back: not all at once. */
  restart: 1500,
  /** A first connection that takes longer counts as lost, and is waited for all the same. */
  slow: 5000,
  /** A connection that does not come about in this time is tried anew. */
  connect: 15_000,
};

/** The reason beside `CLOSE_CODES.forbidden` that is not final. */
const ROLE_FELL = "role";

/** `WebSocket.OPEN` */
const OPEN = 1;

export type LinkState =
  /** Nothing has failed: for the first time, or again to learn what the link lets one do now. */
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** It is, or will be, tried again by itself. */
  | { readonly kind: "lost" }
  /** The server said no for good. */
  | { readonly kind: "refused"; readonly code: number; readonly reason: string }
  | { readonly kind: "closed" };

export interface LinkOptions {
  /** Asked anew for each socket. */
  readonly address: () => string;
  readonly onOpen: () => void;
  readonly onMessage: (message: Uint8Array) => void;
  /** The socket that was open is gone. */
  readonly onLost: () => void;
  readonly WebSocket?: new (address: string) => WebSocket;
}

export class Link {
  readonly #options: LinkOptions;
  readonly #state = signal<LinkState>({ kind: "connecting" });
  #socket: WebSocket | undefined;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Ends a socket that is silent for too long. */
  #watch: ReturnType<typeof setTimeout> | undefined;
  #slow: ReturnType<typeof setTimeout> | undefined;
  #isProbing = false;
  #openedAt = Infinity;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#connect();
  }

  get state(): ReadonlySignal<LinkState> {
    return this.#state;
  }

  get isOpen(): boolean {
    return this.#state.peek().kind === "open";
  }

  /** Bytes that were sent but have not left this machine. */
  get waiting(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  send(message: Uint8Array): void {
    // A socket that has begun to close takes nothing more; what it missed is carried by the next.
    if (this.#socket?.readyState === OPEN) this.#socket.send(message as Uint8Array<ArrayBuffer>);
  }

  /** Something was asked that the server always answers: without any answer soon, the socket is dead. */
  expectAnswer(): void {
    if (!this.isOpen || this.#isProbing) return;
    this.#isProbing = true;
    this.#watchFor(TIMES.probe);
  }

  /** Now is a good moment: connect at once if waiting to. */
  hurry(): void {
    if (this.#state.peek().kind !== "lost" || this.#socket) return;
    this.#failures = 0;
    this.#connect();
  }

  /** Give up the present socket, whatever it believes of itself, and open another. */
  restart(): void {
    if (this.#socket) this.#lose();
  }

  /** After `close`, or when there is reason to hope that what was refused no longer is: connect again. */
  reopen(): void {
    const { kind } = this.#state.peek();
    if (kind !== "closed" && kind !== "refused") return;
    this.#state.value = { kind: kind === "refused" ? "connecting" : "lost" };
    this.#connect();
  }

  close(): void {
    this.#drop();
    this.#state.value = { kind: "closed" };
  }

  #connect(): void {
    clearTimeout(this.#retry);
    const Socket = this.#options.WebSocket ?? WebSocket;
    const socket = new Socket(this.#options.address());
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#watchFor(TIMES.connect);
    this.#admitSlowness();
    // Each checks that it still speaks for the present socket: a late event of an old one means nothing.
    socket.addEventListener("open", () => this.#socket === socket && this.#opened());
    socket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => {
      if (this.#socket === socket) this.#received(data);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (this.#socket === socket) this.#closed(code, reason);
    });
  }

  /** Nobody should wait for a word longer than that; and the browser may know already that there is no network. */
  #admitSlowness(): void {
    if (this.#state.peek().kind !== "connecting") return;
    // Not every place where this runs knows.
    const isOnline: boolean | undefined = globalThis.navigator.onLine;
    const wait = (isOnline ?? true) ? TIMES.slow : 0;
    clearTimeout(this.#slow);
    this.#slow = setTimeout(() => {
      if (this.#state.peek().kind === "connecting") this.#state.value = { kind: "lost" };
    }, wait);
  }

  #opened(): void {
    this.#state.value = { kind: "open" };
    this.#openedAt = Date.now();
    this.#watchFor(TIMES.silence);
    this.#options.onOpen();
  }

  #received(data: ArrayBuffer): void {
    this.#isProbing = false;
    this.#watchFor(TIMES.silence);
    this.#options.onMessage(new Uint8Array(data));
  }

  #closed(code: number, reason: string): void {
    // Something is left of a role that fell, or the next try is told what became of the link.
    if (!isFinal(code) || reason === ROLE_FELL) return this.#lose(code);
    const wasOpen = this.#drop();
    this.#state.value = { kind: "refused", code, reason };
    if (wasOpen) this.#options.onLost();
  }

  #lose(code?: number): void {
    if (Date.now() - this.#openedAt >= TIMES.stable) this.#failures = 0;
    const wasOpen = this.#drop();
    this.#state.value = { kind: code === CLOSE_CODES.forbidden ? "connecting" : "lost" };
    this.#retry = setTimeout(() => this.#connect(), this.#pause(code));
    this.#failures += 1;
    if (wasOpen) this.#options.onLost();
  }

  /** Let go of the socket; answers whether it was open. */
  #drop(): boolean {
    const wasOpen = this.isOpen;
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    clearTimeout(this.#slow);
    this.#isProbing = false;
    this.#openedAt = Infinity;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    return wasOpen;
  }

  #watchFor(milliseconds: number): void {
    clearTimeout(this.#watch);
    const before = this.waiting;
    this.#watch = setTimeout(() => {
      // What was sent is still on its way out: too early to miss an answer.
      if (this.waiting < before) this.#watchFor(milliseconds);
      else this.#lose();
    }, milliseconds);
  }

  /** Half to all of a time that doubles, so that clients spread out. */
  #pause(code?: number): number {
    const share = 0.5 + Math.random() / 2;
    if (code === CLOSE_CODES.forbidden && this.#failures === 0) return 0;
    if (code === CLOSE_CODES.restart && this.#failures === 0) return TIMES.restart * share;
    return Math.min(TIMES.firstRetry * 2 ** this.#failures, TIMES.longestRetry) * share;
  }
}

/**
 * One WebSocket: hands its messages to a session once there is one, carries the
 * session's batches, and knows how long the other side has been silent. Nothing
 * is read from the socket before its session exists, so nothing piles up here.
 */
import type { WebSocket } from "ws";
import { CLOSE_CODES } from "#protocol/close-codes.ts";
import { SILENT_FRAME } from "#protocol/frames.ts";
import { Batch } from "./batch.ts";
import { AppError } from "./errors.ts";
import { bytesReadBy, whenDrained, writeBatch } from "./frame-writer.ts";
import { Pace, type PaceLimits } from "./pace.ts";
import type { Peer, Session } from "./session.ts";

const SILENT = new Batch([SILENT_FRAME]);

/** Time from the last sign of life to the end, and between signs asked for; milliseconds. */
export interface HeartbeatTimes {
  /** A ping goes out this long after the last. */
  readonly pingMs: number;
  /** A data frame goes out this long after the last: stock clients count no pings. */
  readonly dataMs: number;
  /** The other side is gone when nothing at all came for this long. */
  readonly silentMs: number;
}

/** Why nothing is read for the moment. */
export type PauseReason =
  /** Edits wait for the disk. */
  | "backlog"
  /** The server is shutting down. */
  | "drain"
  /** The client sends too fast. */
  | "pace";

export interface ConnectionOptions {
  readonly pace: PaceLimits;
  readonly now: () => number;
}

/** How long a connection has for a sign of life when its place is asked for, in milliseconds. */
const CHALLENGE_MS = 2000;

/** What may be on its way to a client before it gets nothing more for a while. */
const BEHIND_BYTES = 1024 * 1024;

export class Connection implements Peer {
  readonly #socket: WebSocket;
  readonly #pace: Pace;
  readonly #now: () => number;
  /** Resolves when the TCP connection has ended, for whatever cause. */
  readonly closed: Promise<void>;
  #session: Session | undefined;
  readonly #pauses = new Set<PauseReason>();
  #bytesRead = 0;
  #challenge: NodeJS.Timeout | undefined;
  #paceTimer: NodeJS.Timeout | undefined;
  #heardAt: number;
  #pingedAt: number;
  #sentAt: number;

  constructor(socket: WebSocket, { pace, now }: ConnectionOptions) {
    this.#socket = socket;
    this.#pace = new Pace(pace);
    this.#now = now;
    this.#heardAt = this.#pingedAt = this.#sentAt = now();
    socket.pause();
    socket.on("message", (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on("pong", () => (this.#heardAt = now()));
    socket.on("ping", () => (this.#heardAt = now()));
    // ws closes the socket by itself after an error: a bad frame of one client is no news.
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        clearTimeout(this.#paceTimer);
        clearTimeout(this.#challenge);
        this.#session?.close();
        resolve();
      });
    });
  }

  /** False once the closing handshake has begun. */
  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** From here on messages are read. The session is made by `make` only if the socket still is open. */
  start(make: (peer: Peer) => Session): boolean {
    if (!this.isOpen) return false;
    this.#session = make(this);
    if (this.#pauses.size === 0) this.#socket.resume();
    return true;
  }

  get isBehind(): boolean {
    return this.#socket.bufferedAmount > BEHIND_BYTES;
  }

  onDrained(callback: () => void): void {
    whenDrained(this.#socket, callback);
  }

  send(batch: Batch): void {
    this.#sentAt = this.#now();
    writeBatch(this.#socket, batch);
  }

  /** While nothing is read no sign of life can be seen, and the question is not asked. */
  challenge(onSilent: () => void): void {
    if (this.#challenge || this.#pauses.size > 0 || !this.isOpen) return;
    const before = bytesReadBy(this.#socket);
    this.#socket.ping();
    this.#challenge = setTimeout(() => {
      this.#challenge = undefined;
      if (bytesReadBy(this.#socket) !== before) return;
      onSilent();
      this.terminate();
    }, CHALLENGE_MS).unref();
  }

  close(error: AppError): void {
    this.#socket.resume();
    this.#socket.close(error.kind.close, error.code);
  }

  /** Take nothing more in; what was taken in can still be acknowledged. */
  pause(reason: PauseReason): void {
    this.#pauses.add(reason);
    this.#socket.pause();
  }

  /** Read again unless something else speaks against it; before there is a session there is nobody to read for. */
  unpause(reason: PauseReason): void {
    if (!this.#pauses.delete(reason) || this.#pauses.size > 0) return;
    this.#heardAt = this.#now();
    if (this.#session) this.#socket.resume();
  }

  /** End it for a restart of the server, the session first. */
  end(): void {
    this.#session?.close();
    this.#socket.resume();
    this.#socket.close(CLOSE_CODES.restart, "restart");
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Ask for a sign of life, give one, or give up. */
  beat({ pingMs, dataMs, silentMs }: HeartbeatTimes): void {
    const now = this.#now();
    const bytesRead = bytesReadBy(this.#socket);
    // A large message on a slow line takes longer than the silence, and no pong overtakes it.
    if (bytesRead !== this.#bytesRead && this.#pauses.size === 0) this.#heardAt = now;
    this.#bytesRead = bytesRead;
    if (now - this.#heardAt >= silentMs) return this.#giveUp();
    if (!this.isOpen) return;
    if (now - this.#sentAt >= dataMs) this.send(SILENT);
    if (now - this.#pingedAt < pingMs) return;
    this.#pingedAt = now;
    this.#socket.ping();
  }

  /** Paused, the silence is ours: it may come back when edits can be stored again. */
  #giveUp(): void {
    if (this.#pauses.has("pace")) return;
    if (this.#pauses.size === 0 || !this.#session) return this.terminate();
    this.#session.refuse(new AppError("overload", "Edits cannot be stored at the moment."));
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#heardAt = this.#now();
    // What follows a refusal is read only to find the other side's goodbye: it must cost nothing.
    if (!this.isOpen) return;
    if (!this.#mayGoOn(data.length)) return;
    if (!isBinary) {
      this.#session?.refuse(new AppError("malformed", "Only binary frames are spoken here."));
      return;
    }
    // A buffer of its own: ws hands out views into a pool, and Yjs would follow a lying length into it.
    this.#session?.receive(new Uint8Array(data));
  }

  /** What was read with it still comes, and is taken: more than that is only read when it is time. */
  #mayGoOn(bytes: number): boolean {
    const wait = this.#pace.took(bytes, this.#now());
    if (wait === "too fast") {
      this.#session?.refuse(new AppError("rate", "Too much was sent, for too long."));
      return false;
    }
    if (wait > 0) this.#rest(wait);
    return true;
  }

  #rest(milliseconds: number): void {
    this.pause("pace");
    clearTimeout(this.#paceTimer);
    this.#paceTimer = setTimeout(() => this.unpause("pace"), milliseconds).unref();
  }
}

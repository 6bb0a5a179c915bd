/**
 * One open stream of Server-Sent Events (WHATWG HTML, section 9.2). Of each kind of event
 * only the newest waits for a client that reads slowly. Knows no document.
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { Response } from "express";

export interface StreamEvent {
  readonly name: string;
  /** Sent as JSON. */
  readonly data: object;
  /** What the client says when it comes back. */
  readonly id?: string;
}

export interface StreamTimes {
  /** Between two rounds of events, in milliseconds. */
  readonly paceMs: number;
  /** After so long a comment keeps the connection alive, in milliseconds. */
  readonly heartbeatMs: number;
  /** A client that takes nothing for so long has gone, in milliseconds. */
  readonly stuckMs: number;
}

export const EVENT_STREAM = "text/event-stream; charset=utf-8";

/** A browser that lost the connection waits so long before it comes back, in milliseconds. */
const RETRY_MS = 3000;

export class EventStream {
  readonly #response: Response;
  readonly #times: StreamTimes;
  /** By name, in the order they were first wanted. */
  readonly #wanted = new Map<string, () => Promise<StreamEvent | undefined>>();
  readonly #heart: NodeJS.Timeout;
  readonly #closed = new AbortController();
  #isBusy = false;

  constructor(response: Response, times: StreamTimes) {
    this.#response = response;
    this.#times = times;
    response.status(200).set({
      "Content-Type": EVENT_STREAM,
      "Cache-Control": "private, no-cache, no-transform",
      // nginx would keep events until its buffer is full.
      "X-Accel-Buffering": "no",
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    this.#heart = setInterval(() => this.#beat(), times.heartbeatMs);
    response.once("close", () => this.#stop());
  }

  /** To be made and sent when its turn comes, in place of one of that name that waits. Undefined: no news after all. */
  want(name: string, make: () => Promise<StreamEvent | undefined>): void {
    if (this.#closed.signal.aborted) return;
    this.#wanted.set(name, make);
    void this.#send();
  }

  /** With these last words; what waits is not sent any more. */
  end(last?: StreamEvent): void {
    if (this.#closed.signal.aborted) return;
    this.#stop();
    this.#response.end(last && lines(last));
  }

  async #send(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#wanted.size > 0) await this.#round();
    } catch {
      // Whoever comes back is told in full what is wrong.
      this.end();
    } finally {
      this.#isBusy = false;
    }
  }

  async #round(): Promise<void> {
    const { signal } = this.#closed;
    for (const [name, make] of this.#wanted) {
      this.#wanted.delete(name);
      const event = await make();
      if (signal.aborted) return;
      if (event && !this.#response.write(lines(event))) await this.#drained();
    }
    await pause(this.#times.paceMs, undefined, { signal });
  }

  async #drained(): Promise<void> {
    const { signal } = this.#closed;
    const stuck = setTimeout(() => this.#response.destroy(), this.#times.stuckMs);
    try {
      await once(this.#response, "drain", { signal });
    } finally {
      clearTimeout(stuck);
    }
  }

  /** Nothing to a client that has not taken what it was sent. */
  #beat(): void {
    if (!this.#response.writableNeedDrain) this.#response.write(":\n\n");
  }

  #stop(): void {
    clearInterval(this.#heart);
    this.#wanted.clear();
    this.#closed.abort();
  }
}

/** JSON holds no line break. */
function lines({ name, data, id }: StreamEvent): string {
  const mark = id === undefined ? "" : `id: ${id}\n`;
  return `${mark}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

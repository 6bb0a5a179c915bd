/**
 * How fast one socket may send: a bucket for frames and one for bytes, each as the time
 * at which all that came would have been allowed (GCRA, ITU-T I.371). Knows no socket.
 */

/** What may come at once, as time at the allowed pace; milliseconds. */
const BURST_MS = 5000;

/** Waiting helps a client that had much to say; one that is ahead for so long will not stop. */
const LASTS_MS = 10_000;

export interface PaceLimits {
  /** Sustained; 0: no limit. */
  readonly maxFramesPerSecond: number;
  readonly maxBytesPerSecond: number;
}

export class Pace {
  readonly #frameMs: number;
  readonly #byteMs: number;
  #framesPaid = 0;
  #bytesPaid = 0;
  /** Since when it has been ahead of what is allowed. */
  #aheadSince: number | undefined;

  constructor({ maxFramesPerSecond, maxBytesPerSecond }: PaceLimits) {
    this.#frameMs = maxFramesPerSecond > 0 ? 1000 / maxFramesPerSecond : 0;
    this.#byteMs = maxBytesPerSecond > 0 ? 1000 / maxBytesPerSecond : 0;
  }

  /** A frame came: how many milliseconds nothing more should be read, or that it has gone on for too long. */
  took(bytes: number, now: number): number | "too fast" {
    this.#framesPaid = Math.max(this.#framesPaid, now) + this.#frameMs;
    this.#bytesPaid = Math.max(this.#bytesPaid, now) + bytes * this.#byteMs;
    const ahead = Math.max(this.#framesPaid, this.#bytesPaid) - now;
    if (ahead <= BURST_MS / 2) this.#aheadSince = undefined;
    if (ahead <= BURST_MS) return 0;
    this.#aheadSince ??= now;
    return now - this.#aheadSince > LASTS_MS ? "too fast" : ahead - BURST_MS;
  }
}

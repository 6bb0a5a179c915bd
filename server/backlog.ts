/**
 * The edits that were taken in and are not on disk yet, over all rooms. Says when
 * they are so many that nothing more may be taken in. Knows no socket.
 */

/** Taking in starts again at this share of the bound, so that it does not flicker. */
const RESUME_SHARE = 0.5;

export class Backlog {
  readonly #maxBytes: number;
  #bytes = 0;
  #isTooLong = false;
  readonly #listeners = new Set<(isTooLong: boolean) => void>();

  /** @param maxBytes of updates that may wait for the disk. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** Calls back whenever `isTooLong` changes. */
  watch(listener: (isTooLong: boolean) => void): void {
    this.#listeners.add(listener);
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) this.#become(true);
  }

  /** So many are on disk, or were given up. */
  remove(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes <= this.#maxBytes * RESUME_SHARE) this.#become(false);
  }

  #become(isTooLong: boolean): void {
    if (isTooLong === this.#isTooLong) return;
    this.#isTooLong = isTooLong;
    for (const listener of this.#listeners) listener(isTooLong);
  }
}

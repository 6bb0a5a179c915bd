/** Says when a room has been quiet for long enough to let go of what only writing needs. Knows no document. */

/** Nobody has written or asked for this long; milliseconds. */
const QUIET_MS = 30_000;

export class Slumber {
  readonly #timer: NodeJS.Timeout;

  constructor(fallAsleep: () => void) {
    this.#timer = setTimeout(fallAsleep, QUIET_MS).unref();
  }

  /** The time begins anew. */
  disturb(): void {
    this.#timer.refresh();
  }

  /** It says no more. */
  close(): void {
    clearTimeout(this.#timer);
  }
}

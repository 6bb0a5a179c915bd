/** Says when something has been left alone for a while, or has not been for too long. Knows no document. */

/** After the last change, in milliseconds. */
const QUIET_MS = 2000;

/** After the first change, however many follow; milliseconds. */
const LONGEST_MS = 30_000;

export interface PauseTimes {
  readonly quietMs?: number | undefined;
  readonly longestMs?: number | undefined;
}

interface Stirred {
  readonly timer: NodeJS.Timeout;
  /** No change may put it off from then on; by `performance.now`. */
  readonly lastRefresh: number;
}

export class Pauses {
  readonly #quietMs: number;
  readonly #longestMs: number;
  readonly #onPause: (key: string) => void;
  readonly #stirred = new Map<string, Stirred>();

  constructor(
    { quietMs = QUIET_MS, longestMs = LONGEST_MS }: PauseTimes,
    onPause: (key: string) => void,
  ) {
    this.#quietMs = quietMs;
    this.#longestMs = longestMs;
    this.#onPause = onPause;
  }

  /** It was changed just now. */
  stir(key: string): void {
    const stirred = this.#stirred.get(key);
    const now = performance.now();
    if (stirred) {
      if (now < stirred.lastRefresh) stirred.timer.refresh();
      return;
    }
    const timer = setTimeout(() => {
      this.#stirred.delete(key);
      this.#onPause(key);
    }, this.#quietMs).unref();
    this.#stirred.set(key, { timer, lastRefresh: now + this.#longestMs - this.#quietMs });
  }

  /** None is told of any more. */
  close(): void {
    for (const { timer } of this.#stirred.values()) clearTimeout(timer);
    this.#stirred.clear();
  }
}

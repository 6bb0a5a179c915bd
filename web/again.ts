/**
 * When to try again what could not be fetched: as soon as the browser says that it is online, and
 * else after ever longer waits. Knows nothing of what it is.
 */

/** The first wait and the longest, in milliseconds; each is twice the one before. */
const WAIT_MS = { first: 5000, longest: 300_000 };

export class Again {
  readonly #act: () => void;
  #wait = WAIT_MS.first;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(act: () => void) {
    this.#act = act;
  }

  /** Something failed. Once, however often it is told until then. */
  plan(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#go(), this.#wait);
    addEventListener("online", this.#onLine);
    this.#wait = Math.min(2 * this.#wait, WAIT_MS.longest);
  }

  /** Nothing is missing: no more tries, and the next wait is a short one. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wait = WAIT_MS.first;
    removeEventListener("online", this.#onLine);
  }

  readonly #onLine = () => {
    this.#wait = WAIT_MS.first;
    this.#go();
  };

  #go(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    removeEventListener("online", this.#onLine);
    this.#act();
  }
}

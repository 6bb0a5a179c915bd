/**
 * When the text is read anew: after a pause of writing, and now and then where there is none. One
 * round at a time, and as long a rest after one that took long.
 */

/** After the last change, in milliseconds. */
const PAUSE_MS = 100;

/** After the first change that is not shown, in milliseconds. */
const LONGEST_MS = 400;

export class Pace {
  readonly #round: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the first change came that no round has seen. */
  #since: number | undefined;
  /** How long the last round took, in milliseconds. */
  #took = 0;
  #isBusy = false;
  #isStopped = false;

  /** @param round rejects never. */
  constructor(round: () => Promise<void>) {
    this.#round = round;
  }

  changed(): void {
    this.#since ??= performance.now();
    if (!this.#isBusy) this.#wait();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#isStopped || this.#since === undefined) return;
    const left = this.#since + LONGEST_MS + this.#took - performance.now();
    const pause = Math.max(0, Math.min(PAUSE_MS + this.#took, left));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), pause);
  }

  async #run(): Promise<void> {
    const began = performance.now();
    this.#since = undefined;
    this.#isBusy = true;
    await this.#round();
    this.#took = performance.now() - began;
    this.#isBusy = false;
    this.#wait();
  }
}

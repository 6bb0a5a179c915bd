/** When the text is read anew: after a pause of writing, and now and then where there is none. One round at a time. */

/** After the last change, in milliseconds. */
const PAUSE_MS = 100;

/** After the first change that is not shown, in milliseconds. */
const LONGEST_MS = 400;

export class Pace {
  readonly #round: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the first change came that no round has seen. */
  #since: number | undefined;
  #isBusy = false;
  #isStopped = false;

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
    const left = this.#since + LONGEST_MS - performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, Math.min(PAUSE_MS, left)));
  }

  async #run(): Promise<void> {
    this.#since = undefined;
    this.#isBusy = true;
    try {
      await this.#round();
    } finally {
      this.#isBusy = false;
      this.#wait();
    }
  }
}

/** A time to do what has gathered: a moment after the first of it, and not too soon after the last time. */

export interface SlotTimes {
  /** From the first to what is done for all of them, in milliseconds. */
  readonly gather: number;
  /** At least so long after the last time that something was done, in milliseconds; default 0. */
  readonly pause?: number;
}

export class Slot {
  readonly #times: SlotTimes;
  readonly #act: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #actedAt = Number.NEGATIVE_INFINITY;

  /** @param act answers whether there was something to do. */
  constructor(times: SlotTimes, act: () => boolean) {
    this.#times = times;
    this.#act = act;
  }

  plan(): void {
    const { gather, pause = 0 } = this.#times;
    const wait = Math.max(gather, this.#actedAt + pause - Date.now());
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#act()) this.#actedAt = Date.now();
    }, wait);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

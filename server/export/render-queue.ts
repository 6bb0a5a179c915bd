/**
 * One piece of work after another: what several ask for is done once, each document has few
 * places, and what nobody waits for any more is given up. Knows nothing of what is done.
 */
import { AppError } from "../errors.ts";

export interface Work<T> {
  /** What has the same key has the same outcome, of the same type; undefined: nothing else has it. */
  readonly key?: string;
  /** Whose places it takes. */
  readonly owner: string;
  /** The signal says that nobody waits any more. */
  readonly run: (signal: AbortSignal) => Promise<T>;
}

interface Entry {
  readonly work: Work<unknown>;
  readonly outcome: PromiseWithResolvers<unknown>;
  readonly givenUp: AbortController;
  askers: number;
}

/** How many may wait, in all and of one owner. */
const MOST_WAITING = { all: 20, ofOne: 2 };

export class RenderQueue {
  readonly #waiting: Entry[] = [];
  #running: Entry | undefined;

  /**
   * @param leaving Whoever asks has gone.
   * @throws AppError `overload` when too many wait, `rate` when too many of this owner's do.
   */
  async ask<T>(work: Work<T>, leaving: AbortSignal): Promise<T> {
    if (leaving.aborted) throw nobodyWaits();
    const entry = this.#shared(work.key) ?? this.#enter(work);
    const leave = () => this.#leave(entry);
    entry.askers += 1;
    leaving.addEventListener("abort", leave);
    this.#next();
    try {
      return (await entry.outcome.promise) as T;
    } finally {
      leaving.removeEventListener("abort", leave);
    }
  }

  /** Gives up all of it. */
  close(): void {
    this.#running?.givenUp.abort(nobodyWaits());
    const restart = new AppError("restart", "Try again in a moment.");
    for (const { outcome } of this.#waiting.splice(0)) outcome.reject(restart);
  }

  #shared(key: string | undefined): Entry | undefined {
    if (key === undefined) return undefined;
    const known = this.#running ? [this.#running, ...this.#waiting] : this.#waiting;
    return known.find(({ work, givenUp }) => work.key === key && !givenUp.signal.aborted);
  }

  #enter(work: Work<unknown>): Entry {
    if (this.#waiting.length >= MOST_WAITING.all) {
      throw new AppError("overload", "Too many documents are being converted. Try again soon.");
    }
    const ofOne = this.#waiting.filter((entry) => entry.work.owner === work.owner);
    if (ofOne.length >= MOST_WAITING.ofOne) {
      throw new AppError(
        "rate",
        "Others of yours are being converted. Try again when they are done.",
      );
    }
    const outcome = Promise.withResolvers<unknown>();
    const entry = { work, outcome, givenUp: new AbortController(), askers: 0 };
    this.#waiting.push(entry);
    return entry;
  }

  #leave(entry: Entry): void {
    entry.askers -= 1;
    if (entry.askers > 0) return;
    const place = this.#waiting.indexOf(entry);
    if (place === -1) return entry.givenUp.abort(nobodyWaits());
    this.#waiting.splice(place, 1);
    entry.outcome.reject(nobodyWaits());
  }

  #next(): void {
    if (this.#running) return;
    this.#running = this.#waiting.shift();
    if (this.#running) void this.#run(this.#running);
  }

  async #run({ work, outcome, givenUp }: Entry): Promise<void> {
    try {
      outcome.resolve(await work.run(givenUp.signal));
    } catch (error) {
      outcome.reject(error);
    }
    this.#running = undefined;
    this.#next();
  }
}

function nobodyWaits(): AppError {
  return new AppError("overload", "Nobody waits for it any more.");
}

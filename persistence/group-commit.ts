/**
 * Gathers the batches of all documents into one commit: what arrives while a
 * commit is under way, or shortly after one, goes into the next. When the disk
 * has been quiet a batch is committed at once.
 */
import type { Entry } from "./store.ts";
import { StoreError } from "./store-error.ts";

/** Commits a group; answers what numbers each batch got, an error in the place of each that had to be left out. */
export type CommitGroup = (
  group: readonly (readonly Entry[])[],
) => Promise<readonly (StoreError | readonly number[])[]>;

interface Pending {
  readonly batch: readonly Entry[];
  readonly resolve: (numbers: readonly number[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The batches that wait for the next commit, and when it may begin. */
export class GroupCommit {
  readonly #commit: CommitGroup;
  readonly #intervalMs: number;
  #pending: Pending[] = [];
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;

  /** @param intervalMs Shortest time between the beginnings of two commits: each costs CPU of its own. */
  constructor(commit: CommitGroup, intervalMs: number) {
    this.#commit = commit;
    this.#intervalMs = intervalMs;
  }

  /** Resolves with its entries' numbers when the batch is committed; its bytes may not change before. */
  add(batch: readonly Entry[]): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ batch, resolve, reject });
      this.#schedule();
    });
  }

  /** Commit what waits without further delay; resolves when none is left, kept or not. */
  async flush(): Promise<void> {
    while (this.#pending.length > 0 || this.#running) {
      await this.#running;
      if (this.#pending.length > 0) await this.#start();
    }
  }

  #schedule(): void {
    if (this.#running || this.#timer) return;
    const wait = this.#startedAt + this.#intervalMs - performance.now();
    // One turn of the event loop is always given to the other rooms' batches of the same moment.
    if (wait <= 0) setImmediate(() => void this.#start());
    else this.#timer = setTimeout(() => void this.#start(), wait);
  }

  #start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#running || this.#pending.length === 0) return Promise.resolve();
    this.#startedAt = performance.now();
    this.#running = this.#run(this.#pending.splice(0)).finally(() => {
      this.#running = undefined;
      if (this.#pending.length > 0) this.#schedule();
    });
    return this.#running;
  }

  async #run(group: readonly Pending[]): Promise<void> {
    try {
      const outcomes = await this.#commit(group.map(({ batch }) => batch));
      for (const [index, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[index] ?? [];
        if (outcome instanceof StoreError) reject(outcome);
        else resolve(outcome);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

/**
 * One document's unsaved updates on their way to the store: numbers them, has at
 * most one write in flight, merges what comes meanwhile into the next, and keeps
 * what failed until it is on disk. Knows no Y.Doc and no participant.
 */
import type { Logger } from "pino";
import type { Entry, Store } from "../persistence/store.ts";
import { StoreError } from "../persistence/store-error.ts";
import type { Backlog } from "./backlog.ts";
import type { Metrics } from "./metrics.ts";
import type { StoreHealth } from "./store-health.ts";

/** First and longest pause before a failed write is tried again, in milliseconds. */
const RETRY_MS = { first: 100, longest: 5000 };

/** A write that takes longer, again and again, counts as a failing store; milliseconds. */
const SLOW_MS = 5000;

/** What keeping the smallest update takes, as measured. */
const ENTRY_BYTES = 400;

/** An update that says nothing. */
const NOTHING = Uint8Array.of(0, 0);

export interface DocumentLogOptions {
  readonly documentId: string;
  /** Of the newest entry that is stored. */
  readonly seq: number;
  readonly store: Pick<Store, "append">;
  readonly health: StoreHealth;
  readonly backlog: Backlog;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Everything up to `seq` is on disk. */
  readonly onSaved: (seq: number) => void;
  /** A write has failed: nothing of it is on disk, and it will be tried again. */
  readonly onFailed: (error: unknown) => void;
}

export class DocumentLog {
  readonly #options: DocumentLogOptions;
  /** In order: what is in flight first, then what waits. */
  #unsaved: Entry[] = [];
  #last: number;
  #saved: number;
  #writing: Promise<void> | undefined;
  #retryMs = RETRY_MS.first;
  #retry: NodeJS.Timeout | undefined;
  #slow: NodeJS.Timeout | undefined;
  #settled: (() => void)[] = [];

  constructor(options: DocumentLogOptions) {
    this.#options = options;
    this.#last = options.seq;
    this.#saved = options.seq;
  }

  /** Sequence number of the newest entry, saved or not. */
  get last(): number {
    return this.#last;
  }

  get saved(): number {
    return this.#saved;
  }

  /** The update's bytes must not change from here on. Answers the entry's sequence number. */
  add(author: string, at: number, update: Uint8Array): number {
    this.#last += 1;
    this.#options.backlog.add(costOf(update));
    this.#unsaved.push({
      documentId: this.#options.documentId,
      seq: this.#last,
      author,
      at,
      update,
    });
    return this.#last;
  }

  /** The last write has failed, and none has succeeded since. */
  get isFailing(): boolean {
    return this.#retryMs > RETRY_MS.first;
  }

  /** Take the bytes of an entry back, while no write is in flight; its number stays. */
  withdraw(seq: number): void {
    this.#unsaved = this.#unsaved.map((entry) => {
      if (entry.seq !== seq) return entry;
      this.#options.backlog.remove(costOf(entry.update) - costOf(NOTHING));
      return { ...entry, update: NOTHING };
    });
  }

  /** Start writing what was added, unless a write is in flight or a retry is due: they take it along. */
  flush(): void {
    if (this.#writing || this.#retry || this.#unsaved.length === 0) return;
    this.#writing = this.#write([...this.#unsaved]);
  }

  /** What is not known to be on disk, in order. */
  get unsaved(): readonly Entry[] {
    return [...this.#unsaved];
  }

  /** Resolves when no write is under way. */
  async quiet(): Promise<void> {
    await this.#writing;
  }

  /** Resolves once everything added so far, and until then, is on disk. */
  settled(): Promise<void> {
    if (this.#unsaved.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /** Stop retrying; what is not on disk by now is given up. Answers how many entries that are. */
  abandon(): number {
    clearTimeout(this.#retry);
    clearInterval(this.#slow);
    this.#retry = undefined;
    const lost = this.#unsaved.length;
    this.#options.backlog.remove(costsOf(this.#unsaved));
    this.#unsaved = [];
    this.#wakeSettled();
    return lost;
  }

  async #write(batch: readonly Entry[]): Promise<void> {
    this.#slow = setInterval(() => this.#isSlow(), SLOW_MS).unref();
    try {
      await this.#options.store.append(batch);
    } catch (error) {
      return this.#failed(error);
    } finally {
      // Before anything else: what is told of it may begin the next write.
      clearInterval(this.#slow);
    }
    this.#succeeded(batch);
  }

  /** It is not tried a second time: that it failed is not known. */
  #isSlow(): void {
    const { documentId, health, logger, metrics } = this.#options;
    health.failed(new StoreError("failing", "a write has not been answered"));
    metrics.writeFailed();
    logger.error(
      { documentId, unsaved: this.#unsaved.length },
      "a write takes too long; look after the disk. Edits are kept in memory until it is answered",
    );
  }

  #succeeded(batch: readonly Entry[]): void {
    this.#writing = undefined;
    this.#retryMs = RETRY_MS.first;
    // After `abandon` nothing of the batch is counted any more.
    const saved = this.#unsaved.splice(0, batch.length);
    this.#options.backlog.remove(costsOf(saved));
    this.#saved = batch.at(-1)?.seq ?? this.#saved;
    this.#options.health.succeeded();
    if (saved[0]) this.#options.metrics.saved(Date.now() - saved[0].at);
    this.#options.onSaved(this.#saved);
    if (this.#unsaved.length > 0) this.flush();
    else this.#wakeSettled();
  }

  #failed(error: unknown): void {
    const { documentId, health, logger, metrics } = this.#options;
    this.#writing = undefined;
    if (this.#unsaved.length === 0) return;
    health.failed(error);
    metrics.writeFailed();
    logger.error(
      { err: error, documentId, unsaved: this.#unsaved.length, retryMs: this.#retryMs },
      "edits could not be stored; they are kept in memory and tried again",
    );
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.flush();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS.longest);
    this.#options.onFailed(error);
  }

  #wakeSettled(): void {
    const waiting = this.#settled;
    this.#settled = [];
    for (const resolve of waiting) resolve();
  }
}

/** Bytes of memory that an update takes while it waits. */
function costOf(update: Uint8Array): number {
  return update.length + ENTRY_BYTES;
}

function costsOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { update }) => sum + costOf(update), 0);
}

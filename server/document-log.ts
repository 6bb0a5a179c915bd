/**
 * One document's unsaved updates on their way to the store: counts them, has at most
 * one write in flight, merges what comes meanwhile into the next, and keeps what failed
 * until it is on disk. Knows no Y.Doc and no participant.
 */
import type { Logger } from "pino";
import type { LoggedEntry } from "../persistence/shared-store.ts";
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

/** An entry that is not known to be on disk. */
export interface Unsaved extends Entry {
  /** Of those that were added here, from 1 on. What it is in the document's log, the store decides. */
  readonly count: number;
}

/** Entries that have reached the disk. */
export interface Saved {
  readonly entries: readonly Entry[];
  /** In the document's log, of each. */
  readonly numbers: readonly number[];
}

export interface DocumentLogOptions {
  readonly documentId: string;
  readonly store: Pick<Store, "append">;
  readonly health: StoreHealth;
  readonly backlog: Backlog;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Everything up to the count in `saved` is on disk; with nothing, when it was found there. */
  readonly onSaved: (saved: Saved) => void;
  /** A write has failed: nothing of it is on disk, and it will be tried again. Not called while that is in doubt. */
  readonly onFailed: (error: unknown) => void;
  /** Whether the last write is on disk is not known: have `recognise` called with all that is. */
  readonly onDoubt: () => Promise<void>;
  /** There is no such document any more, and nothing is written of what waits. */
  readonly onGone: () => void;
}

const NONE: Saved = { entries: [], numbers: [] };

export class DocumentLog {
  readonly #options: DocumentLogOptions;
  /** In order: what is in flight first, then what waits. */
  #unsaved: Unsaved[] = [];
  #last = 0;
  #saved = 0;
  /** Counts of what was found in the log while its write was under way. */
  readonly #found = new Set<number>();
  #isInDoubt = false;
  #isAbandoned = false;
  #writing: Promise<void> | undefined;
  #retryMs = RETRY_MS.first;
  #retry: NodeJS.Timeout | undefined;
  #slow: NodeJS.Timeout | undefined;
  #settled: (() => void)[] = [];

  constructor(options: DocumentLogOptions) {
    this.#options = options;
  }

  /** How many were added. */
  get last(): number {
    return this.#last;
  }

  /** How many of them, from the first on, are on disk. */
  get saved(): number {
    return this.#saved;
  }

  /** The update's bytes must not change from here on. Answers its count. */
  add(author: string, at: number, update: Uint8Array): number {
    this.#last += 1;
    this.#options.backlog.add(costOf(update));
    const { documentId } = this.#options;
    this.#unsaved.push({ documentId, count: this.#last, author, at, update });
    return this.#last;
  }

  /** The last write has failed, and none has succeeded since. */
  get isFailing(): boolean {
    return this.#retryMs > RETRY_MS.first;
  }

  /** Take the bytes of an entry back, while no write is in flight; its count stays. */
  withdraw(count: number): void {
    this.#unsaved = this.#unsaved.map((entry) => {
      if (entry.count !== count) return entry;
      this.#options.backlog.remove(costOf(entry.update) - costOf(NOTHING));
      return { ...entry, update: NOTHING };
    });
  }

  /**
   * Whether an entry that was read from the document's log is one of the unsaved: written by here,
   * and not yet known to be. It is known from then on, unless the write may still answer.
   */
  recognise(logged: LoggedEntry): boolean {
    const own = this.#unsaved.find((entry) => isSame(entry, logged));
    if (!own) return false;
    this.#found.add(own.count);
    if (this.#isInDoubt) this.#dropFound();
    return true;
  }

  /** Start writing what was added, unless a write is in flight or a retry is due: they take it along. */
  flush(): void {
    if (this.#writing || this.#retry || !this.#hasWork) return;
    this.#writing = this.#write();
  }

  /** What is not known to be on disk, in order. */
  get unsaved(): readonly Unsaved[] {
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
    this.#isAbandoned = true;
    clearTimeout(this.#retry);
    clearInterval(this.#slow);
    this.#retry = undefined;
    const lost = this.#unsaved.length;
    this.#options.backlog.remove(costsOf(this.#unsaved));
    this.#unsaved = [];
    this.#wakeSettled();
    return lost;
  }

  async #write(): Promise<void> {
    this.#slow = setInterval(() => this.#isSlow(), SLOW_MS).unref();
    let written = NONE;
    try {
      if (this.#isInDoubt) await this.#options.onDoubt();
      this.#isInDoubt = false;
      if (this.#unsaved.length > 0) written = await this.#append([...this.#unsaved]);
    } catch (error) {
      return this.#failed(error);
    } finally {
      // Before anything else: what is told of it may begin the next write.
      clearInterval(this.#slow);
    }
    this.#succeeded(written);
  }

  async #append(entries: readonly Unsaved[]): Promise<Saved> {
    return { entries, numbers: await this.#options.store.append(entries) };
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

  #succeeded({ entries, numbers }: Saved): void {
    this.#writing = undefined;
    this.#retryMs = RETRY_MS.first;
    // After `abandon` nothing of the batch is counted any more.
    const saved = this.#unsaved.splice(0, entries.length);
    this.#options.backlog.remove(costsOf(saved));
    this.#found.clear();
    this.#options.health.succeeded();
    if (saved[0]) this.#options.metrics.saved(Date.now() - saved[0].at);
    this.#advance({ entries, numbers });
    this.flush();
  }

  #failed(error: unknown): void {
    const { documentId, health, logger, metrics } = this.#options;
    this.#writing = undefined;
    const code = error instanceof StoreError ? error.code : undefined;
    if (code === "doubtful" && !this.#isAbandoned) this.#isInDoubt = true;
    this.#dropFound();
    if (!this.#hasWork) return;
    if (code === "conflict") return this.#giveUp(error);
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
    if (!this.#isInDoubt) this.#options.onFailed(error);
  }

  /** Its outcome is looked for even if that shows that nothing is left to be written. */
  get #hasWork(): boolean {
    return this.#unsaved.length > 0 || this.#isInDoubt;
  }

  /** These are on disk after all. */
  #dropFound(): void {
    if (this.#found.size === 0) return;
    const found = this.#unsaved.filter(({ count }) => this.#found.has(count));
    this.#unsaved = this.#unsaved.filter(({ count }) => !this.#found.has(count));
    this.#found.clear();
    this.#options.backlog.remove(costsOf(found));
    this.#advance(NONE);
  }

  #advance(written: Saved): void {
    this.#saved = this.#unsaved[0] ? this.#unsaved[0].count - 1 : this.#last;
    this.#options.onSaved(written);
    if (this.#unsaved.length === 0) this.#wakeSettled();
  }

  /** It cannot be written, ever: the document was removed for good. */
  #giveUp(error: unknown): void {
    const { documentId, logger, onFailed, onGone } = this.#options;
    logger.warn({ documentId, unsaved: this.abandon() }, "edits of a document that was removed");
    onFailed(error);
    onGone();
  }

  #wakeSettled(): void {
    const waiting = this.#settled;
    this.#settled = [];
    for (const resolve of waiting) resolve();
  }
}

function isSame({ author, at, update }: Entry, logged: LoggedEntry): boolean {
  return (
    at === logged.at && author === logged.author && Buffer.compare(update, logged.update) === 0
  );
}

/** Bytes of memory that an update takes while it waits. */
function costOf(update: Uint8Array): number {
  return update.length + ENTRY_BYTES;
}

function costsOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { update }) => sum + costOf(update), 0);
}

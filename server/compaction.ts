/**
 * Decides when a document's log has grown enough since its last snapshot to be
 * folded into a new one, and has the store do it, one at a time. A snapshot only
 * makes opening faster, so a failure costs nothing and is tried again later.
 */
import type { Logger } from "pino";
import type { Store, StoredDocument } from "../persistence/store.ts";

/** Updates and bytes after which opening would take noticeably longer. */
const DUE = { updates: 10_000, bytes: 512 * 1024 };

/** Worth folding when the document is put away: opening would have to apply them all, or build much for a few. */
const WORTH = { updates: 100, snapshotBytes: 32 * 1024 };

/** Folding waits until nothing was written for this long, in milliseconds. */
const PAUSE_MS = 500;

/** Where there is no such pause it waits no longer than this, or until opening would be slow. */
const MOST = { milliseconds: 10_000, updates: 100_000, bytes: 16 * 1024 * 1024 };

/** A large snapshot takes long to make: the log may grow to this share of it first. */
const SHARE_OF_SNAPSHOT = 0.25;

export interface CompactionOptions {
  readonly documentId: string;
  readonly store: Pick<Store, "compact">;
  readonly logger: Logger;
  readonly stored: Pick<StoredDocument, "snapshot" | "tail">;
}

export class Compaction {
  readonly #options: CompactionOptions;
  #updates: number;
  #bytes: number;
  /** Of the newest snapshot, as far as is known: what was folded into it can only have shrunk. */
  #snapshotBytes: number;
  #running: Promise<void> | undefined;
  #startedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** As it was when it was last considered. */
  #waiting = { saved: 0, last: 0 };

  constructor(options: CompactionOptions) {
    const { snapshot, tail } = options.stored;
    this.#options = options;
    this.#updates = tail.length;
    this.#bytes = tail.reduce((sum, update) => sum + update.length, 0);
    this.#snapshotBytes = snapshot?.length ?? 0;
  }

  /** An entry of that many bytes was added to the log. */
  added(bytes: number): void {
    this.#updates += 1;
    this.#bytes += bytes;
  }

  /** Fold up to `saved` if it is time to. @param last Number of the newest entry, on disk or not. */
  consider(saved: number, last: number): void {
    this.#waiting = { saved, last };
    if (this.#running || this.#isClosed || !this.#isDue) return;
    const left = this.#startedAt + MOST.milliseconds - performance.now();
    if (left <= 0 || this.#isUrgent) return this.#start(saved, last);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(saved, last), Math.min(left, PAUSE_MS)).unref();
  }

  /** The document is put away: fold what is worth it, and wait for it. */
  async finish(saved: number): Promise<void> {
    await this.#running;
    const isWorthIt =
      this.#updates >= WORTH.updates ||
      (this.#snapshotBytes >= WORTH.snapshotBytes && this.#updates > 0);
    if (isWorthIt) this.#start(saved, saved);
    await this.#running;
  }

  /** Begin nothing more by itself. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  get #isDue(): boolean {
    return this.#updates >= DUE.updates || this.#bytes >= this.#least(DUE.bytes);
  }

  get #isUrgent(): boolean {
    return this.#updates >= MOST.updates || this.#bytes >= this.#least(MOST.bytes);
  }

  #least(bytes: number): number {
    return Math.max(bytes, this.#snapshotBytes * SHARE_OF_SNAPSHOT);
  }

  #start(saved: number, last: number): void {
    clearTimeout(this.#timer);
    this.#startedAt = performance.now();
    // What is not on disk yet is not folded, and counts on.
    this.#updates = last - saved;
    this.#snapshotBytes += this.#bytes;
    this.#bytes = 0;
    this.#running = this.#compact(saved);
  }

  async #compact(saved: number): Promise<void> {
    const { documentId, store, logger } = this.#options;
    try {
      await store.compact(documentId, saved);
    } catch (error) {
      this.#running = undefined;
      logger.warn({ err: error, documentId }, "a snapshot could not be made; the log is complete");
      return;
    }
    this.#running = undefined;
    // Much may have come meanwhile, and no more may come to ask again.
    this.consider(this.#waiting.saved, this.#waiting.last);
  }
}

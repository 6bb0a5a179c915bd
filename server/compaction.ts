/**
 * Decides when a document's log has grown enough since its last snapshot to be
 * folded into a new one, and has the store do it, one at a time. A snapshot only
 * makes opening faster, so a failure costs nothing and is tried again later.
 */
import type { Logger } from "pino";
import type { Store, StoredDocument } from "../persistence/store.ts";

/** Updates and bytes after which opening would take noticeably longer. */
const DUE = { updates: 2000, bytes: 256 * 1024 };

/** Worth folding when the document is put away. */
const WORTH = { updates: 100 };

/**
 * While much is written there is no end of folding: it waits for a quieter moment, in milliseconds,
 * unless so much has come meanwhile that opening would be slow.
 */
const REST = { milliseconds: 10_000, updates: 100_000, bytes: 16 * 1024 * 1024 };

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
  readonly #dueBytes: number;
  #running: Promise<void> | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** As it was when it was last considered. */
  #waiting = { saved: 0, last: 0 };

  constructor(options: CompactionOptions) {
    const { snapshot, tail } = options.stored;
    this.#options = options;
    this.#updates = tail.length;
    this.#bytes = tail.reduce((sum, update) => sum + update.length, 0);
    this.#dueBytes = Math.max(DUE.bytes, (snapshot?.length ?? 0) * SHARE_OF_SNAPSHOT);
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
    const rest = this.#startedAt + REST.milliseconds - performance.now();
    if (rest <= 0 || this.#isUrgent) this.#start(saved, last);
    else this.#timer ??= setTimeout(() => this.#reconsider(), rest).unref();
  }

  /** The document is put away: fold what is worth it, and wait for it. */
  async finish(saved: number): Promise<void> {
    await this.#running;
    if (this.#updates >= WORTH.updates) this.#start(saved, saved);
    await this.#running;
  }

  /** Begin nothing more by itself. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  get #isDue(): boolean {
    return this.#updates >= DUE.updates || this.#bytes >= this.#dueBytes;
  }

  get #isUrgent(): boolean {
    return this.#updates >= REST.updates || this.#bytes >= REST.bytes;
  }

  /** Much may have come meanwhile, and no more may come to ask again. */
  #reconsider(): void {
    this.#timer = undefined;
    this.consider(this.#waiting.saved, this.#waiting.last);
  }

  #start(saved: number, last: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#startedAt = performance.now();
    // What is not on disk yet is not folded, and counts on.
    this.#updates = last - saved;
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
    this.#reconsider();
  }
}

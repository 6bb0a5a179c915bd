/**
 * Ends documents for good that have been in the trash for 30 days: when the server starts and
 * once a day, one after another; or one at once. Other nodes may do so at the same time. Knows
 * neither HTTP nor what a document is made of.
 */
import type { Logger } from "pino";
import type { DeletedDocument, Store } from "../persistence/store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a deleted document can be restored, in milliseconds. */
export const TRASH_MS = 30 * DAY_MS;

/** Asked for at once. */
const MOST = 100;

export interface TrashOptions {
  readonly store: Pick<Store, "deletedBefore" | "purge">;
  readonly logger: Logger;
  /**
   * Removes what is kept of a document beside the store, once the store has forgotten it: until then
   * another node may restore it. What it leaves is found as of no document by a later start.
   */
  readonly onPurged: (documentId: string) => Promise<void>;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

export class Trash {
  readonly #options: TrashOptions;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void>;
  #isClosed = false;

  /** Starts at once. */
  constructor(options: TrashOptions) {
    this.#options = options;
    this.#running = this.#empty();
    this.#timer = setInterval(() => this.#again(), DAY_MS).unref();
  }

  /** If it is in the trash, however short a time. Answers whether it was. */
  async purge(documentId: string): Promise<boolean> {
    return this.#purge(documentId, Number.MAX_SAFE_INTEGER);
  }

  /** Resolves once no document is being removed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  #again(): void {
    this.#running = this.#running.then(() => this.#empty());
  }

  /** What fails is left for the next day, and stops no other. */
  async #empty(): Promise<void> {
    const before = this.#options.now() - TRASH_MS;
    let after: DeletedDocument | undefined;
    do {
      const documents = await this.#next(before, after);
      for (const { id } of documents) {
        const purge = () => this.#purge(id, before);
        await this.#tried(purge, "a deleted document could not be removed", id);
      }
      after = documents.at(-1);
    } while (after);
  }

  async #next(before: number, after?: DeletedDocument): Promise<readonly DeletedDocument[]> {
    const { store } = this.#options;
    const asked = () => store.deletedBefore(before, MOST, after);
    return (await this.#tried(asked, "the trash could not be looked through")) ?? [];
  }

  async #purge(documentId: string, before: number): Promise<boolean> {
    const { store, logger, onPurged } = this.#options;
    if (!(await store.purge(documentId, before))) return false;
    logger.info({ documentId }, "a deleted document was removed for good");
    await onPurged(documentId).catch((err: unknown) =>
      logger.error({ err, documentId }, "something of a removed document is left"),
    );
    return true;
  }

  /** Undefined when it failed, which is logged, and once this is closed. */
  async #tried<T>(act: () => Promise<T>, failed: string, documentId?: string) {
    if (this.#isClosed) return undefined;
    try {
      return await act();
    } catch (err) {
      if (!this.#isClosed) this.#options.logger.error({ err, documentId }, failed);
      return undefined;
    }
  }
}

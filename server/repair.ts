/**
 * The time in which a document takes no edits because something of its log is lost.
 * It ends when an editor's copy has brought it back, as far as can be told, or when
 * the owner gives it up. Knows no participant and no Y.Doc.
 */
import type { Logger } from "pino";
import type { Store } from "../persistence/store.ts";

export interface RepairOptions {
  readonly documentId: string;
  /** Everything lost has this number in the log or a lower one. */
  readonly upTo: number;
  readonly store: Pick<Store, "acceptLoss">;
  readonly logger: Logger;
  readonly onEnd: () => void;
}

export class Repair {
  readonly #options: RepairOptions;
  /** The newest entry that an editor's copy has brought. */
  #brought: number | undefined;
  #ending: Promise<void> | undefined;

  constructor(options: RepairOptions) {
    this.#options = options;
  }

  /** Somebody's copy held what the document lacked; it has this number in the log. */
  brought(seq: number): void {
    this.#brought = seq;
  }

  /**
   * The log is on disk up to `seq`. Whether everything is back cannot be known; that a copy has
   * brought something and nothing waits for what is missing is taken for it.
   */
  saved(seq: number, hasGap: boolean): void {
    if (hasGap || this.#brought === undefined || this.#brought > seq) return;
    const { documentId, logger } = this.#options;
    this.end("an editor's copy brought back what was lost").catch((error: unknown) => {
      this.#brought = undefined;
      logger.error({ err: error, documentId }, "the end of a repair could not be stored");
    });
  }

  /** Rejects when that cannot be stored, and then goes on. */
  end(why: string): Promise<void> {
    this.#ending ??= this.#end(why).catch((error: unknown) => {
      this.#ending = undefined;
      throw error;
    });
    return this.#ending;
  }

  async #end(why: string): Promise<void> {
    const { documentId, upTo, store, logger, onEnd } = this.#options;
    await store.acceptLoss(documentId, upTo);
    logger.warn({ documentId, upTo }, `a damaged document takes edits again: ${why}`);
    onEnd();
  }
}

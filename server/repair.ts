/**
 * The time in which a document takes no edits because something of its log is lost.
 * It ends when an editor's copy has brought it back, as far as can be told, or by the
 * owner's word. Knows no participant and no Y.Doc.
 */
import type { Logger } from "pino";
import type { Damage, Store } from "../persistence/store.ts";
import type { Metrics } from "./metrics.ts";

export interface RepairOptions {
  readonly documentId: string;
  /** Everything lost has this number in the log or a lower one. */
  readonly upTo: number;
  /** Whether something in the document waits for what is lost: only then can be seen that it is back. */
  readonly hasGap: boolean;
  readonly store: Pick<Store, "acceptLoss" | "load">;
  readonly logger: Logger;
  readonly onEnd: () => void;
}

export class Repair {
  readonly #options: RepairOptions;
  #ending: Promise<void> | undefined;
  /** As the store's `Head` had it last. */
  #access: number | undefined;

  constructor(options: RepairOptions) {
    this.#options = options;
  }

  /** Everything taken in is on disk. Without a gap that was seen to close, what is back cannot be told from what is new. */
  saved(hasGap: boolean): void {
    const { documentId, logger, hasGap: hadGap } = this.#options;
    if (hasGap || !hadGap) return;
    this.end("an editor's copy brought back what was lost").catch((error: unknown) => {
      logger.error({ err: error, documentId }, "the end of a repair could not be stored");
    });
  }

  /** When something is changed of the document beside its log, another node may have ended it. */
  compare(access: number): void {
    if (access === this.#access || this.#ending) return;
    this.#look(access).catch((error: unknown) => {
      const { documentId, logger } = this.#options;
      logger.error({ err: error, documentId }, "a damaged document could not be looked at");
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

  async #look(access: number): Promise<void> {
    const { documentId, store, onEnd } = this.#options;
    const stored = await store.load(documentId);
    this.#access = access;
    if (stored && !stored.damage?.updates && !this.#ending) onEnd();
  }

  async #end(why: string): Promise<void> {
    const { documentId, upTo, store, logger, onEnd } = this.#options;
    await store.acceptLoss(documentId, upTo);
    logger.warn({ documentId, upTo }, `a damaged document takes edits again: ${why}`);
    onEnd();
  }
}

/** Says what could not be read of a document. Undefined when nothing of it is lost. */
export function repairOf(
  damage: Damage,
  options: RepairOptions & { readonly metrics: Metrics },
): Repair | undefined {
  const { documentId, metrics, logger } = options;
  metrics.quarantined(damage.updates + Number(damage.snapshot));
  if (damage.updates > 0) {
    logger.error(
      { documentId, lost: damage.updates },
      "stored updates are damaged; the document takes no edits until somebody's copy brings them back, or its owner accepts the loss",
    );
  } else {
    logger.error({ documentId }, "a damaged snapshot was passed over; the log is whole");
  }
  return damage.updates > 0 ? new Repair(options) : undefined;
}

/** Say that stored updates break the document, and were left out. */
export function noteLeftOut(
  leftOut: number,
  {
    documentId,
    metrics,
    logger,
  }: Pick<RepairOptions, "documentId" | "logger"> & { readonly metrics: Metrics },
): void {
  if (leftOut === 0) return;
  metrics.quarantined(leftOut);
  logger.error({ documentId, leftOut }, "stored updates could not be applied");
}

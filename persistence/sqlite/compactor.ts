/**
 * Takes a compaction through its steps, one document at a time: the store thread reads,
 * another thread folds, the store thread writes the snapshot and packs the log. Between
 * any two steps everything is readable, and the next compaction goes on from there.
 */
import { StoreError } from "../store-error.ts";
import { FoldingLink } from "../folding-link.ts";
import type { ThreadLink } from "./thread-link.ts";

export class Compactor {
  readonly #store: Pick<ThreadLink, "ask">;
  readonly #folding = new FoldingLink();
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(store: Pick<ThreadLink, "ask">) {
    this.#store = store;
  }

  /** Fold the log up to `upTo` into a snapshot, and pack what the snapshot holds. */
  compact(documentId: string, upTo: number): Promise<void> {
    const turn = this.#last.then(() => this.#compact(documentId, upTo));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** What is under way is left after its present step. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#folding.close();
    await this.#last;
  }

  async #compact(documentId: string, upTo: number): Promise<void> {
    await this.#makeSnapshot(documentId, upTo);
    let after: number | undefined = 0;
    while (after !== undefined) after = await this.#link().ask("packRun", [documentId, after]);
  }

  async #makeSnapshot(documentId: string, upTo: number): Promise<void> {
    const base = await this.#link().ask("compactionBase", [documentId, upTo]);
    if (base.from === base.upTo) return;
    const parts = [base.updates];
    for (let seq = base.tailFrom; seq < base.upTo;) {
      const piece = await this.#link().ask("readTail", [documentId, seq, base.upTo]);
      parts.push(piece.updates);
      seq = piece.upTo;
    }
    this.#link();
    const { bytes, checksum } = await this.#folding.fold(documentId, parts);
    const snapshot = { seq: base.upTo, checksum, bytes };
    await this.#link().ask("putSnapshot", [documentId, base.from, snapshot], [bytes.buffer]);
  }

  #link(): Pick<ThreadLink, "ask"> {
    if (this.#isClosed) throw new StoreError("closed", "the store was closed");
    return this.#store;
  }
}

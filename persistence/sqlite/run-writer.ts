/**
 * Packs the part of a log that a snapshot holds into runs, one a transaction. What
 * lies behind the snapshot stays in rows, so that opening never has to look into runs.
 */
import type Sqlite from "better-sqlite3";
import { isIntact } from "../checksum.ts";
import type { LoggedUpdate } from "../run.ts";
import { isWorthARun, provenRunOf, RUN_LIMITS } from "../stored-run.ts";
import type { DocumentKey, Statements } from "./statements.ts";

interface Gathered {
  readonly updates: readonly LoggedUpdate[];
  /** Where to go on; undefined: nothing is left. */
  readonly next: number | undefined;
}

export class RunWriter {
  readonly #connection: Sqlite.Database;
  readonly #statements: Statements;

  constructor(connection: Sqlite.Database, statements: Statements) {
    this.#connection = connection;
    this.#statements = statements;
  }

  /** Packs what it can of the rows after `after`; answers where the next step begins, undefined after the last. */
  step(documentId: string, after: number): number | undefined {
    return this.#connection
      .transaction(() => {
        const { document, seq = 0 } = this.#statements.findHead.get(documentId) ?? {};
        if (document === undefined) return undefined;
        const snapshot = this.#statements.findSnapshotSeq.get(document)?.seq ?? 0;
        // The newest row stays: it says when the document was changed last.
        const { updates, next } = this.#gather(document, after, Math.min(snapshot, seq - 1));
        if (isWorthARun(updates)) this.#replace(document, updates);
        return next;
      })
      .immediate();
  }

  /** A row that does not match its checksum is left where it is, for whoever may mend it. */
  #gather(document: DocumentKey, after: number, upTo: number): Gathered {
    // A step is one run, so that commits need not wait long for it; a larger row stays one.
    const most = RUN_LIMITS;
    const updates: LoggedUpdate[] = [];
    let [rows, size, last] = [0, 0, after];
    for (const row of this.#statements.findEntries.iterate(document, after, upTo, most.bytes)) {
      rows += 1;
      size += row.bytes.length;
      if (rows > most.updates || size > most.bytes) return { updates, next: last };
      // Runs lie one after the other, so that a log is read in order.
      if (rows > 1 && this.#isRunBetween(document, last, row.seq)) return { updates, next: last };
      last = row.seq;
      if (isIntact(row)) updates.push(row);
    }
    return { updates, next: undefined };
  }

  #isRunBetween(document: DocumentKey, one: number, other: number): boolean {
    if (other === one + 1) return false;
    const next = this.#statements.findRuns.get(document, one);
    return next !== undefined && next.first < other;
  }

  #replace(document: DocumentKey, updates: readonly LoggedUpdate[]): void {
    this.#statements.insertRun.run({ document, ...provenRunOf(updates) });
    for (const { seq } of updates) this.#statements.deleteUpdate.run(document, seq);
  }
}

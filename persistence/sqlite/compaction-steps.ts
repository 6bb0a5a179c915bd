/**
 * What a compaction asks of the store thread: short questions, so that commits come in
 * between. Folding itself is done elsewhere; see `compactor.ts`.
 */
import type Sqlite from "better-sqlite3";
import { assertIntact, isIntact } from "../checksum.ts";
import { updatesAfter } from "./log-reader.ts";
import type { CompactionBase, TailPiece } from "./messages.ts";
import { pack } from "../packing.ts";
import { RunWriter } from "./run-writer.ts";
import { conflict, corrupt } from "../failure.ts";
import type { UpdateRow } from "../run.ts";
import type { Head, Statements } from "./statements.ts";

/** What one question may read. */
const MOST = { rows: 1000, bytes: 512 * 1024 };

export class CompactionSteps {
  readonly #statements: Statements;
  readonly #connection: Sqlite.Database;
  readonly #runs: RunWriter;

  constructor(connection: Sqlite.Database, statements: Statements) {
    this.#connection = connection;
    this.#statements = statements;
    this.#runs = new RunWriter(connection, statements);
  }

  /** @throws StoreError `conflict` without such a document, `corrupt` when some of it is lost. */
  base(documentId: string, upTo: number): CompactionBase {
    const head = this.#headOf(documentId);
    const from = this.#statements.findSnapshotSeq.get(head.document)?.seq ?? 0;
    const to = Math.min(upTo, head.seq);
    if (from >= to) return { from, tailFrom: from, upTo: from, updates: pack([]) };
    const snapshot = this.#statements.findSnapshot.get(head.document);
    if (snapshot && isIntact(snapshot)) {
      return { from, tailFrom: from, upTo: to, updates: pack([snapshot.bytes]) };
    }
    return { from, tailFrom: 0, upTo: to, updates: pack([]) };
  }

  /** Some updates that follow `from`. @throws StoreError `corrupt` for a loss that was not accepted. */
  tail(documentId: string, from: number, upTo: number): TailPiece {
    const { document, accepted } = this.#headOf(documentId);
    const parts: Uint8Array[] = [];
    let [size, last] = [0, from];
    for (const row of updatesAfter(this.#statements, document, from, upTo)) {
      if (parts.length === MOST.rows || size >= MOST.bytes) {
        return { updates: pack(parts), upTo: last };
      }
      if (row.seq - 1 > Math.max(last, accepted)) throw missing(documentId, from, upTo);
      last = row.seq;
      if (last > accepted) assertIntact(row, `update ${last} of document ${documentId}`);
      else if (!isIntact(row)) continue;
      parts.push(row.bytes);
      size += row.bytes.length;
    }
    if (upTo > Math.max(last, accepted)) throw missing(documentId, from, upTo);
    return { updates: pack(parts), upTo };
  }

  /** Does nothing when the snapshot that it was made from is the newest no more. */
  putSnapshot(documentId: string, from: number, snapshot: UpdateRow): void {
    this.#connection
      .transaction(() => {
        const { document } = this.#headOf(documentId);
        const newest = this.#statements.findSnapshotSeq.get(document)?.seq ?? 0;
        if (newest === from) this.#statements.putSnapshot.run({ document, ...snapshot });
      })
      .immediate();
  }

  /** Packs some of what the snapshot holds; answers where to go on, undefined when all is done. */
  packRun(documentId: string, after: number): number | undefined {
    return this.#runs.step(documentId, after);
  }

  #headOf(documentId: string): Head {
    const head = this.#statements.findHead.get(documentId);
    if (!head) throw conflict(`there is no document ${documentId}`);
    return head;
  }
}

function missing(documentId: string, from: number, upTo: number) {
  return corrupt(`updates of document ${documentId} are missing between ${from} and ${upTo}`);
}

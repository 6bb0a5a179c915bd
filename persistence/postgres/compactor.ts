/**
 * Folds logs into snapshots and packs what they hold, one document at a time and each by one node
 * at a time: in pieces, in another thread, in short transactions. Between any two steps everything
 * is readable, and the next compaction goes on from there.
 */
import { assertIntact, isIntact } from "../checksum.ts";
import { conflict, corrupt } from "../failure.ts";
import { FoldingLink } from "../folding-link.ts";
import { pack, type Packed } from "../packing.ts";
import { StoreError } from "../store-error.ts";
import type { Database, Queries } from "./database.ts";
import { type Head, PIECE_BYTES, readHead, readSnapshot } from "./document-reader.ts";
import { readStretch, type Stretch } from "./log-reader.ts";
import { findPacking, replaceRows } from "./run-writer.ts";

/**
 * Of the connection; the server lets go of it when the connection ends. It also ends one of which it
 * hears nothing for so long: a node that stands still is alive to the network. No folding takes
 * that long, and the pool keeps no connection idle for as long.
 */
const LOCK = `SELECT pg_try_advisory_lock(hashtextextended('quire compaction ' || $1, 0)) AS mine,
  set_config('idle_session_timeout', '5min', false)`;
const UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('quire compaction ' || $1, 0))";

/**
 * Does nothing when the snapshot that it was made from is the newest no more, or the document is
 * being removed. The lock keeps the document there and does not wait for edits.
 */
const PUT = `
  INSERT INTO snapshots (document, seq, checksum, bytes)
  SELECT key, $3, $4, $5 FROM documents
  WHERE id = $1 AND deleted_at IS DISTINCT FROM 0
    AND $2 = coalesce((SELECT seq FROM snapshots WHERE document = key), 0)
  FOR KEY SHARE OF documents
  ON CONFLICT (document) DO UPDATE
  SET seq = excluded.seq, checksum = excluded.checksum, bytes = excluded.bytes
  WHERE snapshots.seq = $2`;

/** What is folded. */
interface Base {
  /** The newest snapshot's number, 0 for none. */
  readonly from: number;
  readonly upTo: number;
  readonly parts: readonly Packed[];
}

export class Compactor {
  readonly #database: Database;
  readonly #folding = new FoldingLink();
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(database: Database) {
    this.#database = database;
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

  #compact(documentId: string, upTo: number): Promise<void> {
    this.#demandOpen();
    return this.#database.session(async (session) => {
      const [lock] = await session.rows<{ mine: boolean }>(LOCK, [documentId]);
      // Another node is at it.
      if (!lock?.mine) return;
      try {
        await this.#makeSnapshot(session, documentId, upTo);
        await this.#pack(session, documentId);
      } finally {
        await session.rows(UNLOCK, [documentId]);
      }
    });
  }

  async #makeSnapshot(session: Queries, documentId: string, upTo: number): Promise<void> {
    const base = await this.#read(session, documentId, upTo);
    if (!base) return;
    this.#demandOpen();
    const { bytes, checksum } = await this.#folding.fold(documentId, base.parts);
    this.#demandOpen();
    await session.run(PUT, [documentId, base.from, base.upTo, checksum, bytes]);
  }

  /** Undefined: there is nothing to fold. Throws `corrupt` for a loss that was not accepted. */
  async #read(session: Queries, documentId: string, most: number): Promise<Base | undefined> {
    const head = await this.#headOf(session, documentId);
    const [from, upTo] = [head.snapshotSeq, Math.min(most, head.seq)];
    if (from >= upTo) return undefined;
    const newest = await readSnapshot(session, head);
    const snapshot = newest && isIntact(newest) ? newest : undefined;
    const parts = snapshot ? [pack([snapshot.bytes])] : [];
    for (let after = snapshot ? from : 0; after < upTo;) {
      this.#demandOpen();
      const range = { after, upTo, mostBytes: PIECE_BYTES };
      const stretch = await readStretch(session, head.key, range);
      parts.push(soundPart(stretch, { documentId, after, accepted: head.accepted }));
      after = stretch.upTo;
    }
    return { from, upTo, parts };
  }

  async #pack(session: Queries, documentId: string): Promise<void> {
    const { key, snapshotSeq: upTo } = await this.#headOf(session, documentId);
    let after: number | undefined = 0;
    while (after !== undefined) {
      this.#demandOpen();
      const { rows, next } = await findPacking(session, key, { after, upTo });
      if (rows.length > 0) {
        await this.#database.transaction((queries) => replaceRows(queries, key, rows));
      }
      after = next;
    }
  }

  async #headOf(session: Queries, documentId: string): Promise<Head> {
    const head = await readHead(session, documentId);
    if (!head) throw conflict(`there is no document ${documentId}`);
    return head;
  }

  #demandOpen(): void {
    if (this.#isClosed) throw new StoreError("closed", "the store was closed");
  }
}

/** What can be folded of a stretch. Throws `corrupt` where something is lost beyond what was accepted. */
function soundPart(
  { entries, upTo }: Stretch,
  { documentId, after, accepted }: { documentId: string; after: number; accepted: number },
): Packed {
  let last = after;
  for (const row of entries) {
    if (row.seq - 1 > Math.max(last, accepted)) throw missing(documentId, last, row.seq);
    last = row.seq;
    if (last > accepted) assertIntact(row, `update ${last} of document ${documentId}`);
  }
  if (upTo > Math.max(last, accepted)) throw missing(documentId, last, upTo + 1);
  return pack(entries.filter(isIntact).map(({ bytes }) => bytes));
}

function missing(documentId: string, after: number, before: number) {
  return corrupt(`updates of document ${documentId} are missing between ${after} and ${before}`);
}

/**
 * Everything that is needed to rebuild a document, as far as it is as it was written: its snapshot
 * and what follows it, in pieces. Judges by numbers and checksums; knows no Y.Doc.
 */
import { isIntact } from "../checksum.ts";
import { countLost } from "../loss.ts";
import type { UpdateRow } from "../run.ts";
import type { StoredDocument } from "../store.ts";
import type { Queries } from "./database.ts";
import { type DocumentKey, readIntact } from "./log-reader.ts";

/** What one statement reads, so that no answer takes long to take in. */
export const PIECE_BYTES = 1024 * 1024;

/** A document with its newest snapshot, of which the bytes are read for themselves. */
export interface Head {
  readonly key: DocumentKey;
  /** Of the newest update, 0 for none. */
  readonly seq: number;
  /** Losses up to and including this number were accepted. */
  readonly accepted: number;
  readonly epoch: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** 0: there is no snapshot. */
  readonly snapshotSeq: number;
  readonly snapshotBytes: number;
}

const HEAD = `SELECT key, documents.seq, loss_accepted AS accepted, epoch, created_at AS "createdAt",
    updated_at AS "updatedAt", coalesce(snapshots.seq, 0) AS "snapshotSeq",
    coalesce(octet_length(bytes), 0) AS "snapshotBytes"
  FROM documents LEFT JOIN snapshots ON snapshots.document = documents.key WHERE id = $1`;

const SNAPSHOT = `SELECT seq, checksum, substring(bytes FROM $2 FOR $3) AS bytes
  FROM snapshots WHERE document = $1`;

export async function readHead(queries: Queries, documentId: string): Promise<Head | undefined> {
  const [head] = await queries.rows<Head>(HEAD, [documentId]);
  return head;
}

/**
 * The snapshot that `head` tells of, whether it is intact or not. To be called in the same
 * repeatable read, or by whoever holds the lock of compaction: then nobody puts a newer one in its
 * place, and what is made of one that is removed meanwhile is not kept.
 */
export async function readSnapshot(queries: Queries, head: Head): Promise<UpdateRow | undefined> {
  if (head.snapshotSeq === 0) return undefined;
  const pieces: Uint8Array[] = [];
  let checksum = 0;
  for (let start = 0; start < head.snapshotBytes; start += PIECE_BYTES) {
    const [row] = await queries.rows<UpdateRow>(SNAPSHOT, [head.key, start + 1, PIECE_BYTES]);
    if (!row) break;
    pieces.push(row.bytes);
    ({ checksum } = row);
  }
  const [only] = pieces;
  const bytes = only && pieces.length === 1 ? only : Buffer.concat(pieces);
  return { seq: head.snapshotSeq, checksum, bytes };
}

/**
 * What is read must belong together: to be called in a repeatable read, or where nobody else is at
 * the database.
 */
export async function readDocument(
  queries: Queries,
  documentId: string,
): Promise<StoredDocument | undefined> {
  const head = await readHead(queries, documentId);
  if (!head) return undefined;
  const newest = await readSnapshot(queries, head);
  const snapshot = newest && isIntact(newest) ? newest : undefined;
  const [after, upTo] = [snapshot?.seq ?? 0, head.seq];
  const rows = await readIntact(queries, head.key, { after, upTo, mostBytes: PIECE_BYTES });
  const lost = countLost(rows, { from: after, upTo, accepted: head.accepted });
  const isSnapshotLost = snapshot !== newest;
  const { epoch, createdAt, updatedAt } = head;
  return {
    epoch,
    createdAt,
    updatedAt,
    seq: upTo,
    snapshot: snapshot?.bytes,
    tail: rows.map(({ bytes }) => bytes),
    damage: lost > 0 || isSnapshotLost ? { updates: lost, snapshot: isSnapshotLost } : undefined,
  };
}

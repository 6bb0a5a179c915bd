/** Every SQL statement the store runs, prepared when it is first used, with the rows it answers. */
import type { Database, Statement } from "better-sqlite3";
import type { LoggedUpdate, UpdateRow } from "../run.ts";
import type { DocumentRecord } from "../store.ts";
import type { StoredRun } from "../stored-run.ts";
import { prepareOnce } from "./prepare-once.ts";

/** Row number of a document inside the database. */
export type DocumentKey = number | bigint;

/** An update with its document. */
export interface EntryRow extends LoggedUpdate {
  readonly document: DocumentKey;
}

/** A run with its document. */
export interface RunRow extends StoredRun {
  readonly document: DocumentKey;
}

/** A document's key and the number of its newest update, 0 for none. */
export interface Head {
  readonly document: DocumentKey;
  readonly seq: number;
  /** Losses up to and including this number were accepted. */
  readonly accepted: number;
}

/** A document by its key and by the id that the world knows. */
export interface DocumentName {
  readonly document: DocumentKey;
  readonly id: string;
}

type SnapshotRow = UpdateRow & { readonly document: DocumentKey };

/** What each takes and answers; the texts are in `SQL`. */
export interface Statements {
  readonly insertDocument: Statement<[id: string, createdAt: number]>;
  readonly insertAuthor: Statement<[name: string]>;
  readonly insertUpdate: Statement<[EntryRow]>;
  readonly deleteUpdate: Statement<[DocumentKey, seq: number]>;
  readonly insertRun: Statement<[RunRow]>;
  readonly putSnapshot: Statement<[SnapshotRow]>;
  readonly findDocument: Statement<[id: string], DocumentRecord>;
  /** In the order of their creation. */
  readonly allDocuments: Statement<[], DocumentName>;
  readonly acceptLoss: Statement<[upTo: number, DocumentKey]>;
  readonly findHead: Statement<[id: string], Head>;
  readonly findSnapshot: Statement<[DocumentKey], UpdateRow>;
  /** Its number alone, without reading its bytes. */
  readonly findSnapshotSeq: Statement<[DocumentKey], Pick<UpdateRow, "seq">>;
  /** After `from`, up to and including `upTo`. */
  readonly findUpdates: Statement<[DocumentKey, from: number, upTo: number], UpdateRow>;
  /** The same, of rows that are no longer than `largest` bytes, with author and time. */
  readonly findEntries: Statement<
    [DocumentKey, from: number, upTo: number, largest: number],
    EntryRow
  >;
  /** Of which some numbers lie after `from`. */
  readonly findRuns: Statement<[DocumentKey, from: number], RunRow>;
  readonly findAuthorKey: Statement<[name: string], { readonly key: number }>;
  readonly findAuthor: Statement<[key: number], { readonly name: string }>;
}

/** Number of the newest entry in the log of the document `key`, 0 for none. */
export const NEWEST_SEQ = `max(coalesce((SELECT max(seq) FROM updates WHERE document = key), 0),
  coalesce((SELECT max(last) FROM runs WHERE document = key), 0),
  coalesce((SELECT seq FROM snapshots WHERE document = key), 0))`;

/** When it was changed last. */
export const UPDATED_AT = `coalesce(
  (SELECT at FROM updates WHERE document = key ORDER BY seq DESC LIMIT 1), created_at)`;

const SQL: Record<keyof Statements, string> = {
  insertDocument: "INSERT INTO documents (id, created_at) VALUES (?, ?)",
  insertAuthor: "INSERT INTO authors (name) VALUES (?) ON CONFLICT DO NOTHING",
  insertUpdate: `INSERT INTO updates (document, seq, author, at, checksum, bytes)
    VALUES (@document, @seq, @author, @at, @checksum, @bytes)`,
  deleteUpdate: "DELETE FROM updates WHERE document = ? AND seq = ?",
  insertRun: `INSERT INTO runs (document, first, last, checksum, bytes)
    VALUES (@document, @first, @last, @checksum, @bytes)`,
  putSnapshot: `INSERT INTO snapshots (document, seq, checksum, bytes)
    VALUES (@document, @seq, @checksum, @bytes)
    ON CONFLICT DO UPDATE SET seq = @seq, checksum = @checksum, bytes = @bytes`,
  findDocument: `SELECT id, created_at AS createdAt, epoch, ${UPDATED_AT} AS updatedAt
    FROM documents WHERE id = ?`,
  allDocuments: "SELECT key AS document, id FROM documents ORDER BY key",
  acceptLoss: "UPDATE documents SET loss_accepted = max(loss_accepted, ?) WHERE key = ?",
  findHead: `SELECT key AS document, loss_accepted AS accepted, ${NEWEST_SEQ} AS seq
    FROM documents WHERE id = ?`,
  findSnapshot: "SELECT seq, checksum, bytes FROM snapshots WHERE document = ?",
  findSnapshotSeq: "SELECT seq FROM snapshots WHERE document = ?",
  findUpdates: `SELECT seq, checksum, bytes FROM updates
    WHERE document = ? AND seq > ? AND seq <= ? ORDER BY seq`,
  findEntries: `SELECT document, seq, author, at, checksum, bytes FROM updates
    WHERE document = ? AND seq > ? AND seq <= ? AND length(bytes) <= ? ORDER BY seq`,
  findRuns: `SELECT document, first, last, checksum, bytes FROM runs
    WHERE document = ? AND last > ? ORDER BY last`,
  findAuthorKey: "SELECT key FROM authors WHERE name = ?",
  findAuthor: "SELECT name FROM authors WHERE key = ?",
};

/** An older database, which is only looked into, may lack what some of them name. */
export function prepare(connection: Database): Statements {
  const statements = {};
  for (const [name, sql] of Object.entries(SQL)) {
    let statement: Statement | undefined;
    const get = () => (statement ??= prepareOnce(connection, sql));
    Object.defineProperty(statements, name, { get });
  }
  return statements as Statements;
}

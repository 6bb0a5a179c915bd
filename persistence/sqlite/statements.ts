/** Every SQL statement the store runs, prepared once, with the rows it answers. */
import type { Database, Statement } from "better-sqlite3";
import type { DocumentRecord } from "../store.ts";

/** Row number of a document inside the database. */
export type DocumentKey = number | bigint;

/** Bytes as stored, with the CRC-32 they had when they were written. */
export interface UpdateRow {
  readonly seq: number;
  readonly checksum: number;
  readonly bytes: Uint8Array;
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

type EntryRow = UpdateRow & { document: DocumentKey; author: string; at: number };
type SnapshotRow = UpdateRow & { readonly document: DocumentKey };

/** What each takes and answers; the texts are in `SQL`. */
export interface Statements {
  readonly insertDocument: Statement<[id: string, createdAt: number]>;
  readonly insertAuthor: Statement<[name: string]>;
  readonly insertUpdate: Statement<[EntryRow]>;
  readonly putSnapshot: Statement<[SnapshotRow]>;
  readonly findDocument: Statement<[id: string], DocumentRecord>;
  /** In the order of their creation. */
  readonly allDocuments: Statement<[], DocumentName>;
  readonly acceptLoss: Statement<[upTo: number, DocumentKey]>;
  readonly findHead: Statement<[id: string], Head>;
  readonly findSnapshot: Statement<[DocumentKey], UpdateRow>;
  /** After `from`, up to and including `upTo`. */
  readonly findUpdates: Statement<[DocumentKey, from: number, upTo: number], UpdateRow>;
}

const SQL: Record<keyof Statements, string> = {
  insertDocument: "INSERT INTO documents (id, created_at) VALUES (?, ?)",
  insertAuthor: "INSERT INTO authors (name) VALUES (?) ON CONFLICT DO NOTHING",
  insertUpdate: `INSERT INTO updates (document, seq, author, at, checksum, bytes)
    VALUES (@document, @seq, (SELECT key FROM authors WHERE name = @author), @at, @checksum, @bytes)`,
  putSnapshot: `INSERT INTO snapshots (document, seq, checksum, bytes)
    VALUES (@document, @seq, @checksum, @bytes)
    ON CONFLICT DO UPDATE SET seq = @seq, checksum = @checksum, bytes = @bytes`,
  findDocument: `SELECT id, created_at AS createdAt, epoch,
      coalesce((SELECT at FROM updates WHERE document = key ORDER BY seq DESC LIMIT 1), created_at)
        AS updatedAt
    FROM documents WHERE id = ?`,
  allDocuments: "SELECT key AS document, id FROM documents ORDER BY key",
  acceptLoss: "UPDATE documents SET loss_accepted = max(loss_accepted, ?) WHERE key = ?",
  findHead: `SELECT key AS document, loss_accepted AS accepted,
      max(
        coalesce((SELECT max(seq) FROM updates WHERE document = key), 0),
        coalesce((SELECT seq FROM snapshots WHERE document = key), 0)
      ) AS seq
    FROM documents WHERE id = ?`,
  findSnapshot: "SELECT seq, checksum, bytes FROM snapshots WHERE document = ?",
  findUpdates: `SELECT seq, checksum, bytes FROM updates
    WHERE document = ? AND seq > ? AND seq <= ? ORDER BY seq`,
};

/** The connection must be migrated: SQLite checks every name. */
export function prepare(connection: Database): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, connection.prepare(sql)]);
  return Object.fromEntries(prepared);
}

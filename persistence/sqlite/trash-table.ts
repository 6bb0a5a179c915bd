/** Which documents are in the trash, and their end, on one SQLite connection. Knows no clock. */
import type { Database, Statement } from "better-sqlite3";
import { conflict } from "./sqlite-error.ts";
import { prepareOnce } from "./prepare-once.ts";
import type { DocumentKey } from "./statements.ts";

/** All that belongs to a document, in an order that leaves no row without its parent. */
const REMOVALS = [
  "DELETE FROM deliveries WHERE webhook IN (SELECT id FROM webhooks WHERE document = ?)",
  "DELETE FROM webhooks WHERE document = ?",
  "DELETE FROM claims WHERE link IN (SELECT id FROM links WHERE document = ?)",
  "DELETE FROM links WHERE document = ?",
  "DELETE FROM snapshots WHERE document = ?",
  "DELETE FROM updates WHERE document = ?",
  "DELETE FROM runs WHERE document = ?",
  "DELETE FROM documents WHERE key = ?",
];

export class TrashTable {
  readonly #connection: Database;
  readonly #set: Statement<[deletedAt: number | null, id: string]>;
  readonly #before: Statement<[before: number, most: number], string>;
  readonly #find: Statement<[id: string, before: number], DocumentKey>;
  readonly #removals: readonly Statement<[DocumentKey]>[];

  /** The connection must be migrated: SQLite checks every name. */
  constructor(connection: Database) {
    this.#connection = connection;
    this.#set = prepareOnce(connection, "UPDATE documents SET deleted_at = ? WHERE id = ?");
    this.#before = prepareOnce<[number, number], string>(
      connection,
      "SELECT id FROM documents WHERE deleted_at < ? ORDER BY deleted_at LIMIT ?",
    ).pluck();
    this.#find = prepareOnce<[string, number], DocumentKey>(
      connection,
      "SELECT key FROM documents WHERE id = ? AND deleted_at < ?",
    ).pluck();
    this.#removals = REMOVALS.map((sql) => prepareOnce(connection, sql));
  }

  /** Throws `conflict` when there is no such document. */
  set(documentId: string, deletedAt: number | null): void {
    const { changes } = this.#set.run(deletedAt, documentId);
    if (changes === 0) throw conflict(`there is no document ${documentId}`);
  }

  /** Oldest first. */
  before(before: number, most: number): string[] {
    return this.#before.all(before, most);
  }

  /** Whether it still was in the trash since before then; nothing of it is left. */
  purge(documentId: string, before: number): boolean {
    return this.#connection
      .transaction(() => {
        const document = this.#find.get(documentId, before);
        if (document === undefined) return false;
        for (const removal of this.#removals) removal.run(document);
        return true;
      })
      .immediate();
  }
}

/** Which documents are in the trash, on one SQLite connection. Knows no clock. */
import type { Database, Statement } from "better-sqlite3";
import type { DeletedDocument } from "../store.ts";
import { prepareOnce } from "./prepare-once.ts";
import { conflict } from "../failure.ts";

/** Earlier than any time: written when the removal of a document begins, which nothing takes back. */
export const CONDEMNED = 0;

/** Before the first. */
const START: DeletedDocument = { id: "", deletedAt: -1 };

export class TrashTable {
  readonly #set: Statement<[deletedAt: number | null, id: string, since: number]>;
  readonly #isThere: Statement<[id: string], number>;
  readonly #before: Statement<
    [DeletedDocument & { readonly before: number; readonly most: number }],
    DeletedDocument
  >;

  /** The connection must be migrated: SQLite checks every name. */
  constructor(connection: Database) {
    this.#set = prepareOnce(
      connection,
      `UPDATE documents SET deleted_at = ?
      WHERE id = ? AND (deleted_at IS NULL OR deleted_at >= ?)`,
    );
    this.#isThere = prepareOnce<[string], number>(
      connection,
      "SELECT 1 FROM documents WHERE id = ?",
    ).pluck();
    this.#before = prepareOnce(
      connection,
      `SELECT id, deleted_at AS deletedAt FROM documents
      WHERE deleted_at < @before AND (deleted_at > @deletedAt OR (deleted_at = @deletedAt AND id > @id))
      ORDER BY deleted_at, id LIMIT @most`,
    );
  }

  /**
   * Answers whether it was changed: not so where it was deleted before `since`, or is condemned.
   * Throws `conflict` when there is no such document.
   */
  set(documentId: string, deletedAt: number | null, since = CONDEMNED): boolean {
    const { changes } = this.#set.run(deletedAt, documentId, Math.max(since, CONDEMNED + 1));
    if (changes === 0 && this.#isThere.get(documentId) === undefined) {
      throw conflict(`there is no document ${documentId}`);
    }
    return changes > 0;
  }

  /** Oldest first. */
  before(before: number, most: number, after = START): DeletedDocument[] {
    return this.#before.all({ ...after, before, most });
  }
}

/** The documents themselves: made, found, listed, counted, deleted and taken out of the trash. */
import { crc32 } from "node:zlib";
import { conflict } from "../failure.ts";
import type { Head } from "../shared-store.ts";
import type {
  DeletedDocument,
  DocumentRecord,
  ListedDocument,
  NewDocument,
  Totals,
} from "../store.ts";
import type { Database } from "./database.ts";
import { insertLink } from "./link-table.ts";

/** Earlier than any time: written when the removal of a document begins, which nothing takes back. */
export const CONDEMNED = 0;

/** Before the first in the trash. */
const START: DeletedDocument = { id: "", deletedAt: -1 };

const INSERT = `INSERT INTO documents (id, created_at, updated_at, seq)
  VALUES ($1, $2, $2, $3) RETURNING key`;

const INSERT_FIRST = `INSERT INTO updates (document, seq, author, at, checksum, bytes)
  VALUES ($1, 1, $2, $3, $4, $5)`;

const RECORD = `id, created_at AS "createdAt", updated_at AS "updatedAt", epoch`;

const LISTED = `${RECORD}, key AS place, seq, deleted_at AS "deletedAt"`;

const FIND = `SELECT ${RECORD} FROM documents WHERE id = $1`;

const HEADS = "SELECT id, seq, epoch, access FROM documents WHERE id = ANY ($1::text[])";

const ACCEPT_LOSS = `UPDATE documents
  SET loss_accepted = greatest(loss_accepted, $2), access = access + 1 WHERE id = $1`;

const SET_DELETED = `UPDATE documents SET deleted_at = $2, access = access + 1
  WHERE id = $1 AND (deleted_at IS NULL OR deleted_at >= $3)`;

const DELETED_BEFORE = `SELECT id, deleted_at AS "deletedAt" FROM documents
  WHERE deleted_at < $1 AND (deleted_at, id) > ($2, $3) ORDER BY deleted_at, id LIMIT $4`;

const LIST = `SELECT ${LISTED} FROM documents WHERE key < $1 ORDER BY key DESC LIMIT $2`;

const DESCRIBE = `SELECT ${LISTED} FROM unnest($1::text[]) WITH ORDINALITY AS asked (id, place_asked)
  JOIN documents USING (id) ORDER BY place_asked`;

/** Readers hold up nobody here, so it is one look. */
const TOTALS = `SELECT count(*) AS documents, count(deleted_at) AS "inTrash",
    coalesce(sum(seq), 0)::bigint AS edits,
    (SELECT count(*) FROM links WHERE revoked_at IS NULL) AS links,
    pg_database_size(current_database()) AS bytes
  FROM documents`;

export class DocumentTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create({ id, createdAt, links, first }: NewDocument): Promise<void> {
    await this.#database.transaction(async (queries) => {
      const values = [id, createdAt, first ? 1 : 0];
      const [document] = await queries.rows<{ key: number }>(INSERT, values);
      const key = document?.key ?? 0;
      for (const link of links) await insertLink(queries, key, link);
      if (!first) return;
      const { author, update } = first;
      await queries.run(INSERT_FIRST, [key, author, createdAt, crc32(update), update]);
    });
  }

  async find(documentId: string): Promise<DocumentRecord | undefined> {
    const [record] = await this.#database.rows<DocumentRecord>(FIND, [documentId]);
    return record;
  }

  heads(documentIds: readonly string[]): Promise<Head[]> {
    return this.#database.rows(HEADS, [documentIds]);
  }

  async acceptLoss(documentId: string, upTo: number): Promise<void> {
    const changed = await this.#database.run(ACCEPT_LOSS, [documentId, upTo]);
    if (changed === 0) throw conflict(`there is no document ${documentId}`);
  }

  /** Answers whether it was changed: not so where it was deleted before `since`, or is condemned. */
  async setDeleted(documentId: string, deletedAt: number | null, since = CONDEMNED) {
    const values = [documentId, deletedAt, Math.max(since, CONDEMNED + 1)];
    if ((await this.#database.run(SET_DELETED, values)) > 0) return true;
    if (!(await this.find(documentId))) throw conflict(`there is no document ${documentId}`);
    return false;
  }

  deletedBefore(before: number, most: number, after = START): Promise<DeletedDocument[]> {
    return this.#database.rows(DELETED_BEFORE, [before, after.deletedAt, after.id, most]);
  }

  /** Newest first. */
  list(before: number, most: number): Promise<ListedDocument[]> {
    return this.#database.rows(LIST, [before, most]);
  }

  describe(documentIds: readonly string[]): Promise<ListedDocument[]> {
    return this.#database.rows(DESCRIBE, [documentIds]);
  }

  async totals(): Promise<Totals> {
    const [totals] = await this.#database.rows<Totals>(TOTALS);
    return totals ?? { documents: 0, inTrash: 0, edits: 0, links: 0, bytes: 0 };
  }
}

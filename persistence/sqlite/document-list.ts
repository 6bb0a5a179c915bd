/** The list of all documents on one SQLite connection, and how much there is, a stretch at a time. */
import type { Database, Statement } from "better-sqlite3";
import type { ListedDocument, Totals } from "../store.ts";
import { prepareOnce } from "./prepare-once.ts";
import { NEWEST_SEQ, UPDATED_AT } from "./statements.ts";

/** What one step counts, so that no commit waits for long. */
const STRETCH = 500;

/** Of some documents; `bytes` is the whole database's. */
export interface Tally {
  readonly totals: Totals;
  /** Where the next step starts; undefined: there is none. */
  readonly next: number | undefined;
}

const LISTED = `SELECT key AS place, id, created_at AS createdAt, epoch, deleted_at AS deletedAt,
    ${NEWEST_SEQ} AS seq, ${UPDATED_AT} AS updatedAt
  FROM documents`;

export class DocumentList {
  readonly #connection: Database;
  readonly #before: Statement<[before: number, most: number], ListedDocument>;
  readonly #find: Statement<[id: string], ListedDocument>;
  readonly #tally: Statement<
    [before: number, most: number],
    Omit<Totals, "bytes"> & { readonly last: number | null }
  >;

  /** The connection must be migrated: SQLite checks every name. */
  constructor(connection: Database) {
    this.#connection = connection;
    this.#before = prepareOnce(connection, `${LISTED} WHERE key < ? ORDER BY key DESC LIMIT ?`);
    this.#find = prepareOnce(connection, `${LISTED} WHERE id = ?`);
    this.#tally = prepareOnce(
      connection,
      `SELECT count(*) AS documents, count(deleted_at) AS inTrash, min(key) AS last,
         coalesce(sum((SELECT count(*) FROM links
           WHERE document = key AND revoked_at IS NULL)), 0) AS links,
         coalesce(sum(${NEWEST_SEQ}), 0) AS edits
       FROM (SELECT key, deleted_at FROM documents WHERE key < ? ORDER BY key DESC LIMIT ?)`,
    );
  }

  /** Newest first. */
  before(before: number, most: number): ListedDocument[] {
    return this.#before.all(before, most);
  }

  describe(documentIds: readonly string[]): ListedDocument[] {
    return documentIds.flatMap((id) => this.#find.get(id) ?? []);
  }

  tally(before: number): Tally {
    const row = this.#tally.get(before, STRETCH);
    const { last = null, documents = 0, inTrash = 0, links = 0, edits = 0 } = row ?? {};
    const totals = { documents, inTrash, links, edits, bytes: this.#bytes() };
    return { totals, next: last !== null && documents === STRETCH ? last : undefined };
  }

  #bytes(): number {
    const ask = (name: string) => Number(this.#connection.pragma(name, { simple: true }));
    return ask("page_count") * ask("page_size");
  }
}

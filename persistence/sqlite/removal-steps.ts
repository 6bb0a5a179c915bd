/**
 * Removes a document for good in short steps, so that commits come in between. Its log is cut
 * from its end: after any step it is a whole, shorter one, and the next removal goes on there.
 */
import type { Database, Statement } from "better-sqlite3";
import { prepareOnce } from "./prepare-once.ts";
import type { DocumentKey } from "./statements.ts";
import { CONDEMNED } from "./trash-table.ts";

/** `none`: there is no such document in the trash since before then. */
export type Removal = "more" | "done" | "none";

/** What one step may remove of a log, in bytes; no row counts for fewer than `each`. */
const MOST = { bytes: 1024 * 1024, each: 512 };

/** So many tokens or links go in one step. */
const MOST_ROWS = 1000;

/**
 * What there is little of and goes first, in an order that leaves no row without its parent: webhooks,
 * which have been told all, and the snapshot, without which a log that ends earlier lacks nothing.
 */
const FIRST_REMOVALS = [
  "DELETE FROM deliveries WHERE webhook IN (SELECT id FROM webhooks WHERE document = ?)",
  "DELETE FROM webhooks WHERE document = ?",
  "DELETE FROM snapshots WHERE document = ?",
];

const SOME_LINKS = `SELECT id FROM links WHERE document = ? ORDER BY id LIMIT ${MOST_ROWS}`;

interface Sized {
  readonly seq: number;
  readonly size: number;
}

export class RemovalSteps {
  readonly #connection: Database;
  readonly #find: Statement<[id: string, before: number], DocumentKey>;
  readonly #condemn: Statement<[DocumentKey]>;
  readonly #first: readonly Statement<[DocumentKey]>[];
  readonly #lastRun: Statement<[DocumentKey], Sized>;
  readonly #lastUpdates: Statement<[DocumentKey, after: number], Sized>;
  readonly #removeRun: Statement<[DocumentKey, last: number]>;
  readonly #removeUpdates: Statement<[DocumentKey, from: number]>;
  readonly #removeClaims: Statement<[DocumentKey]>;
  readonly #removeAuthors: Statement<[DocumentKey]>;
  readonly #removeLinks: Statement<[DocumentKey]>;
  readonly #removeDocument: Statement<[DocumentKey]>;

  /** The connection must be migrated: SQLite checks every name. */
  constructor(connection: Database) {
    const prepared = <Bind extends unknown[], Row>(sql: string) =>
      prepareOnce<Bind, Row>(connection, sql);
    this.#connection = connection;
    this.#find = prepareOnce<[string, number], DocumentKey>(
      connection,
      "SELECT key FROM documents WHERE id = ? AND deleted_at < ?",
    ).pluck();
    this.#condemn = prepared(
      `UPDATE documents SET deleted_at = ${CONDEMNED} WHERE key = ? AND deleted_at > ${CONDEMNED}`,
    );
    this.#first = FIRST_REMOVALS.map((sql) => prepared(sql));
    this.#lastRun = prepared(
      `SELECT last AS seq, length(bytes) AS size FROM runs
      WHERE document = ? ORDER BY last DESC LIMIT 1`,
    );
    this.#lastUpdates = prepared(
      `SELECT seq, length(bytes) AS size FROM updates
      WHERE document = ? AND seq > ? ORDER BY seq DESC`,
    );
    this.#removeRun = prepared("DELETE FROM runs WHERE document = ? AND last = ?");
    this.#removeUpdates = prepared("DELETE FROM updates WHERE document = ? AND seq >= ?");
    this.#removeClaims = prepared(
      `DELETE FROM claims WHERE token_hash IN (SELECT claims.token_hash
        FROM links JOIN claims ON claims.link = links.id WHERE links.document = ? LIMIT ${MOST_ROWS})`,
    );
    this.#removeAuthors = prepared(`DELETE FROM authors WHERE name IN (${SOME_LINKS})`);
    this.#removeLinks = prepared(`DELETE FROM links WHERE id IN (${SOME_LINKS})`);
    this.#removeDocument = prepared("DELETE FROM documents WHERE key = ?");
  }

  /** Of a document that is in the trash since before then; after `done` nothing of it is left. */
  step(documentId: string, before: number): Removal {
    const document = this.#find.get(documentId, before);
    if (document === undefined) return "none";
    if (this.#begin(document) || this.#cutLog(document)) return "more";
    if (this.#removeClaims.run(document).changes > 0 || this.#unlink(document)) return "more";
    this.#removeDocument.run(document);
    return "done";
  }

  /** Nobody takes it out of the trash any more. Asked at each step: a snapshot may have been on its way. */
  #begin(document: DocumentKey): boolean {
    return this.#transaction(() => {
      const removals = [this.#condemn, ...this.#first];
      return removals.filter((each) => each.run(document).changes > 0).length > 0;
    });
  }

  #cutLog(document: DocumentKey): boolean {
    return this.#transaction(() => {
      let left = MOST.bytes;
      let removed = 0;
      do {
        removed = this.#removeNewest(document, left);
        left -= removed;
      } while (removed > 0 && left > 0);
      return left < MOST.bytes;
    });
  }

  /** Of what follows the last run as many updates as that is, or else that run; answers its size. */
  #removeNewest(document: DocumentKey, most: number): number {
    const run = this.#lastRun.get(document);
    let size = 0;
    let first: number | undefined;
    for (const row of this.#lastUpdates.iterate(document, run?.seq ?? Number.MIN_SAFE_INTEGER)) {
      first = row.seq;
      size += Math.max(row.size, MOST.each);
      if (size >= most) break;
    }
    if (first !== undefined) this.#removeUpdates.run(document, first);
    else if (run) this.#removeRun.run(document, run.seq);
    return first === undefined && run ? Math.max(run.size, MOST.each) : size;
  }

  /** Some links, and the authors that they were. */
  #unlink(document: DocumentKey): boolean {
    // A link writes into its own document alone; to see that, SQLite would look through all updates.
    this.#connection.pragma("foreign_keys = OFF");
    try {
      this.#removeAuthors.run(document);
    } finally {
      this.#connection.pragma("foreign_keys = ON");
    }
    return this.#removeLinks.run(document).changes > 0;
  }

  #transaction<T>(action: () => T): T {
    return this.#connection.transaction(action).immediate();
  }
}

/**
 * The database of a data folder as rows, to be moved to another store or filled from one. Holds
 * the folder's lock, and waits for the disk: for a command, not for a server.
 */
import { existsSync, mkdirSync } from "node:fs";
import type Sqlite from "better-sqlite3";
import { openAttachmentFiles, readAttachmentFiles } from "../attachment-files.ts";
import type { Attachments } from "../attachments.ts";
import {
  DOCUMENT_PARTS,
  type HeldDocument,
  type KeyRange,
  type Part,
  type Row,
  type RowReader,
  type RowWriter,
  SECRETS,
} from "../document-rows.ts";
import { gathered } from "../row-pieces.ts";
import { closed, opened } from "../run-contents.ts";
import type { StoredDocument } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { contentsOf, runOf } from "../stored-run.ts";
import { AuthorKeys } from "./author-keys.ts";
import { connect, connectReadOnly, databasePath } from "./connection.ts";
import { lockFolder } from "./lock.ts";
import { isUnfinished, refuseOlder, refuseUnfinished, UNFINISHED } from "./schema.ts";
import { toStoreError } from "./sqlite-error.ts";
import { readSound } from "./sound-log.ts";
import { prepare, type RunRow, type Statements } from "./statements.ts";

const DOCUMENTS = `SELECT key, id,
    coalesce((SELECT sum(length(bytes)) FROM updates WHERE document = key), 0)
    + coalesce((SELECT sum(length(bytes)) FROM runs WHERE document = key), 0)
    + coalesce((SELECT length(bytes) FROM snapshots WHERE document = key), 0) AS bytes
  FROM documents ORDER BY key`;

/** Runs that no update follows. */
const NEWEST_RUNS = `SELECT * FROM runs WHERE document BETWEEN ? AND ?
  AND last = (SELECT max(last) FROM runs AS others WHERE others.document = runs.document)
  AND last > coalesce((SELECT max(seq) FROM updates WHERE updates.document = runs.document), 0)`;

/**
 * For reading; changes nothing, not even what would bring an older database up to date. The
 * folder's lock and what SQLite keeps beside the database are made where they are missing.
 * @throws StoreError `missing`, `locked`, `older`, `newer`, `unfinished`, `corrupt` or `failing`.
 */
export async function readSqliteRows(dataDir: string): Promise<RowReader> {
  const path = databasePath(dataDir);
  if (!existsSync(path)) throw new StoreError("missing", `there is no database ${path}`);
  const connecting = () => connectReadOnly(path);
  return open(dataDir, connecting, async (connection) => {
    refuseOlder(connection);
    refuseUnfinished(connection);
    return readAttachmentFiles(dataDir);
  });
}

/** For writing; the folder is made when it is missing. @throws StoreError as the store does. */
export async function writeSqliteRows(dataDir: string): Promise<RowWriter> {
  mkdirSync(dataDir, { recursive: true });
  const connecting = () => connect({ dataDir, maxBytes: undefined });
  return open(dataDir, connecting, () => openAttachmentFiles(dataDir));
}

async function open(
  dataDir: string,
  connecting: () => Sqlite.Database,
  preparing: (connection: Sqlite.Database) => Promise<Attachments>,
): Promise<SqliteRows> {
  const unlock = lockFolder(dataDir);
  let connection: Sqlite.Database | undefined;
  try {
    connection = connecting();
    return new SqliteRows(dataDir, connection, unlock, await preparing(connection));
  } catch (error) {
    connection?.close();
    unlock();
    throw toStoreError(error);
  }
}

class SqliteRows implements RowWriter {
  readonly name: string;
  readonly attachments: Attachments;
  readonly #connection: Sqlite.Database;
  readonly #unlock: () => void;
  readonly #statements: Statements;
  readonly #authors: AuthorKeys;

  constructor(
    dataDir: string,
    connection: Sqlite.Database,
    unlock: () => void,
    attachments: Attachments,
  ) {
    this.name = dataDir;
    this.attachments = attachments;
    this.#connection = connection;
    this.#unlock = unlock;
    this.#statements = prepare(connection);
    this.#authors = new AuthorKeys(this.#statements);
  }

  async documents(): Promise<readonly HeldDocument[]> {
    return this.#connection.prepare<[], HeldDocument>(DOCUMENTS).all();
  }

  async *rows(part: Part, { from, to }: KeyRange): AsyncGenerator<readonly Row[]> {
    const statement = this.#connection.prepare<number[], Row>(selectionOf(part));
    const found = statement.iterate(...(documentOf(part) ? [from, to] : []));
    yield* gathered(found, (row) => this.#taken(part, row));
  }

  async load(documentId: string): Promise<StoredDocument | undefined> {
    const record = this.#statements.findDocument.get(documentId);
    const head = this.#statements.findHead.get(documentId);
    if (!record || !head) return undefined;
    const { epoch, createdAt, updatedAt } = record;
    const sound = readSound(this.#statements, head, head.seq);
    return { epoch, createdAt, updatedAt, seq: head.seq, ...sound };
  }

  async isUnfinished(): Promise<boolean> {
    return isUnfinished(this.#connection);
  }

  async begin(): Promise<void> {
    await this.transaction(async () => {
      this.#connection.exec(`CREATE TABLE IF NOT EXISTS ${UNFINISHED} (key INTEGER) STRICT`);
      const isEmpty = this.#connection.prepare("SELECT 1 FROM documents").get() === undefined;
      if (isEmpty) this.#connection.exec(`DELETE FROM ${SECRETS.table}`);
    });
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.#connection.exec("BEGIN IMMEDIATE");
    try {
      const result = await work();
      this.#connection.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
      this.#authors.forget();
      throw toStoreError(error);
    }
  }

  async write(part: Part, rows: readonly Row[]): Promise<void> {
    const { table, columns } = part;
    const places = columns.map(() => "?").join(", ");
    const statement = this.#connection.prepare(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places}) ON CONFLICT DO NOTHING`,
    );
    for (const each of rows) {
      const row = this.#given(part, each);
      statement.run(...columns.map((column) => row[column]));
    }
  }

  async remove({ from, to }: KeyRange): Promise<void> {
    for (const part of DOCUMENT_PARTS.toReversed()) {
      this.#connection.prepare(removalOf(part)).run(from, to);
    }
  }

  /** Here the newest update of a document is a row: it says when the document was changed last. */
  async settle({ from, to }: KeyRange): Promise<void> {
    for (const run of this.#connection.prepare<number[], RunRow>(NEWEST_RUNS).all(from, to)) {
      const updates = contentsOf(run);
      const newest = typeof updates === "string" ? undefined : updates.pop();
      if (typeof updates === "string" || !newest) continue;
      const { document, last } = run;
      this.#connection
        .prepare("DELETE FROM runs WHERE document = ? AND last = ?")
        .run(document, last);
      this.#statements.insertUpdate.run({ document, ...newest });
      if (updates.length > 0) this.#statements.insertRun.run({ document, ...runOf(updates) });
    }
  }

  async finish(): Promise<void> {
    this.#connection.exec(`DROP TABLE IF EXISTS ${UNFINISHED}`);
  }

  async close(): Promise<void> {
    if (!this.#connection.open) return;
    this.#connection.close();
    this.#unlock();
  }

  /** As it moves: with the names of authors. */
  #taken({ table }: Part, row: Row): Row {
    const nameOf = (key: number) => this.#authors.nameOf(key);
    if (table === "updates") return { ...row, author: nameOf(Number(row.author)) };
    return table === "runs" ? opened(row, nameOf) : withoutNul(row);
  }

  /** As it is stored. */
  #given({ table }: Part, row: Row): Row {
    const keyOf = (name: string) => this.#authors.keyOf(name);
    if (table === "updates") return { ...row, author: keyOf(String(row.author)) };
    return table === "runs" ? closed(row, keyOf) : row;
  }
}

/** A label may hold what no text of Postgres can. */
function withoutNul(row: Row): Row {
  let kept = row;
  for (const [name, value] of Object.entries(row)) {
    if (typeof value !== "string" || !value.includes("\0")) continue;
    kept = Object.assign({}, kept, { [name]: value.replaceAll("\0", "\uFFFD") });
  }
  return kept;
}

/** Where a row's document is found; none: it has none. */
function documentOf({ table, document, via }: Part): string | undefined {
  if (via) return `${via.table}.document`;
  return document && `${table}.${document}`;
}

function selectionOf(part: Part): string {
  const { table, columns, order, via } = part;
  const document = documentOf(part);
  const joined = via ? ` JOIN ${via.table} ON ${via.table}.id = ${table}.${via.column}` : "";
  const selected = columns.map((column) => `${table}.${column}`).join(", ");
  const from = `SELECT ${selected}, ${document ?? 0} AS document FROM ${table}${joined}`;
  if (!document) return `${from} ORDER BY ${order}`;
  return `${from} WHERE ${document} BETWEEN ? AND ? ORDER BY ${document}, ${table}.${order}`;
}

function removalOf({ table, document, via }: Part): string {
  if (!via) return `DELETE FROM ${table} WHERE ${document} BETWEEN ? AND ?`;
  const named = `SELECT id FROM ${via.table} WHERE document BETWEEN ? AND ?`;
  return `DELETE FROM ${table} WHERE ${via.column} IN (${named})`;
}

/**
 * The database of nodes as rows, to be moved to another store or filled from one. Keeps every
 * node away meanwhile: for a command, not for a server.
 */
import { Client } from "pg";
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
import { closed, opened, withoutJumps } from "../run-contents.ts";
import type { StoredDocument } from "../store.ts";
import { PostgresAttachments } from "./attachments.ts";
import { checkServer, configOf, configure } from "./connection.ts";
import { readDocument } from "./document-reader.ts";
import { toStoreError } from "./postgres-error.ts";
import {
  allOf,
  columnsOf,
  DOCUMENTS,
  CONTINUE_KEYS,
  insertionOf,
  pieceOf,
  removalOf,
  SETTLE,
} from "./row-statements.ts";
import { isUnfinished, migrate, refuseOther, refuseUnfinished, UNFINISHED } from "./schema.ts";
import { holdAlone } from "./serving-lock.ts";
import { SingleConnection } from "./single-connection.ts";

/**
 * For reading; writes nothing, not even what would bring an older database up to date.
 * @throws StoreError `missing`, `locked`, `older`, `newer`, `unfinished` or `failing`.
 */
export function readPostgresRows(databaseUrl: string): Promise<RowReader> {
  return open(databaseUrl, async (client) => {
    await refuseOther(client);
    await refuseUnfinished(client);
  });
}

/** For writing; an empty database gets its tables. @throws StoreError `locked`, `newer` or `failing`. */
export function writePostgresRows(databaseUrl: string): Promise<RowWriter> {
  return open(databaseUrl, async (client) => {
    // What may be lost at this server the nodes will tell that are started on it.
    await checkServer(client, () => undefined);
    await migrate(client);
  });
}

async function open(
  databaseUrl: string,
  prepare: (client: Client) => Promise<void>,
): Promise<PostgresRows> {
  const address = { databaseUrl, nodeId: "migration" };
  const client = new Client({ ...configOf(address), query_timeout: undefined });
  try {
    await client.connect();
    await configure(client, address, holdAlone);
    // A group takes as long as it takes, and waits for what it is read from.
    await client.query("SET statement_timeout = 0");
    await client.query("SET idle_in_transaction_session_timeout = 0");
    await prepare(client);
    return new PostgresRows(client);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw toStoreError(error);
  }
}

class PostgresRows implements RowWriter {
  readonly name: string;
  readonly attachments: Attachments;
  readonly #client: Client;
  readonly #connection: SingleConnection;
  #closing: Promise<void> | undefined;

  constructor(client: Client) {
    this.name = `${client.database ?? ""} on ${client.host}:${client.port}`;
    this.#client = client;
    this.#connection = new SingleConnection(client);
    this.attachments = new PostgresAttachments(this.#connection);
  }

  documents(): Promise<readonly HeldDocument[]> {
    return this.#connection.rows(DOCUMENTS);
  }

  async *rows(part: Part, { from, to }: KeyRange): AsyncGenerator<readonly Row[]> {
    if (!part.document && !part.via) {
      yield await this.#connection.rows<Row>(allOf(part));
      return;
    }
    let piece = await this.#connection.rows<Row>(pieceOf(part, true), [from, to]);
    for (let last = piece.at(-1); last; last = piece.at(-1)) {
      yield piece.map((row) => taken(part, row));
      const after = [last.document, last[part.order]];
      piece = await this.#connection.rows<Row>(pieceOf(part, false), [from, to, ...after]);
    }
  }

  load(documentId: string): Promise<StoredDocument | undefined> {
    return readDocument(this.#connection, documentId);
  }

  isUnfinished(): Promise<boolean> {
    return isUnfinished(this.#client);
  }

  async begin(): Promise<void> {
    await this.transaction(async () => {
      await this.#connection.run(`CREATE TABLE IF NOT EXISTS ${UNFINISHED} ()`);
      const isEmpty = "NOT EXISTS (SELECT FROM documents)";
      await this.#connection.run(`DELETE FROM ${SECRETS.table} WHERE ${isEmpty}`);
    });
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#connection.transaction(work);
  }

  async write(part: Part, rows: readonly Row[]): Promise<void> {
    const stored = rows.flatMap((row) => given(part, row));
    if (stored.length === 0) return;
    const columns = columnsOf(part);
    const values = stored.flatMap((row) => columns.map((column) => row[column]));
    await this.#connection.run(insertionOf(part, stored.length), values);
  }

  async remove({ from, to }: KeyRange): Promise<void> {
    for (const part of DOCUMENT_PARTS.toReversed()) {
      await this.#connection.run(removalOf(part), [from, to]);
    }
  }

  async settle({ from, to }: KeyRange): Promise<void> {
    await this.#connection.run(SETTLE, [from, to]);
  }

  async finish(): Promise<void> {
    await this.transaction(async () => {
      for (const sql of CONTINUE_KEYS) await this.#connection.run(sql);
      await this.#connection.run(`DROP TABLE IF EXISTS ${UNFINISHED}`);
    });
    // Nodes should not begin with the plans for empty tables.
    await this.#connection.run("ANALYZE");
  }

  close(): Promise<void> {
    this.#closing ??= this.#client.end();
    return this.#closing;
  }
}

/** A row as it moves: with the names of authors. */
function taken({ table }: Part, row: Row): Row {
  if (table !== "runs") return row;
  const authors = row.authors as unknown as readonly string[];
  return opened(row, (author) => authors[author] ?? "");
}

/** As it is stored, in several rows where a run has to be parted. */
function given({ table }: Part, row: Row): readonly Readonly<Record<string, unknown>>[] {
  switch (table) {
    case "documents":
      return [{ ...row, updated_at: row.created_at }];
    case "webhooks":
      return [{ ...row, events: String(row.events).split(" ") }];
    case "runs":
      return withoutJumps(row).map(withAuthors);
    default:
      return [row];
  }
}

/** A run with the names of its authors in the order of their numbers. */
function withAuthors(run: Row): Readonly<Record<string, unknown>> {
  const numbers = new Map<string, number>();
  const numberOf = (author: string) => {
    const number = numbers.get(author) ?? numbers.size;
    numbers.set(author, number);
    return number;
  };
  const stored = closed(run, numberOf);
  return { ...stored, authors: [...numbers.keys()] };
}

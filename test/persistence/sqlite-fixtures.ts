/** SQLite stores in temporary folders, and a way to look into or damage their database. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Scope } from "../helpers/scope.ts";
import Sqlite from "better-sqlite3";
import { openSqliteStore, type SqliteStoreOptions } from "../../persistence/sqlite/client.ts";
import { connectReadOnly } from "../../persistence/sqlite/connection.ts";
import { type Log, readLog } from "../../persistence/sqlite/log-reader.ts";
import { decodeRun } from "../../persistence/run.ts";
import { type DocumentKey, prepare, type Statements } from "../../persistence/sqlite/statements.ts";
import type { Entry, Store } from "../../persistence/store.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

/** With no pause between commits, unless asked for; closed when the test ends. */
export async function openStore(
  t: Scope,
  options: Partial<SqliteStoreOptions> = {},
): Promise<Store> {
  const dataDir = options.dataDir ?? (await temporaryFolder(t));
  const store = await openSqliteStore({ commitIntervalMs: 0, ...options, dataDir });
  t.after(() => store.close());
  return store;
}

/** The path of a folder's database. */
export function databaseIn(dataDir: string): string {
  return join(dataDir, "quire.sqlite");
}

/** SQL for some bytes with the last one changed. */
export function flip(bytes: string): string {
  return `CAST(substr(${bytes}, 1, length(${bytes}) - 1) || x'ff' AS BLOB)`;
}

/** Runs SQL on a database that no store has open. */
export function tamper(dataDir: string, sql: string): void {
  const database = new Sqlite(databaseIn(dataDir));
  database.exec(sql);
  database.close();
}

/** The rows a query answers, read as a backup would: beside a running store. */
export function read(dataDir: string, sql: string): unknown[] {
  const database = new Sqlite(databaseIn(dataDir), { readonly: true });
  try {
    return database.prepare(sql).raw().all();
  } finally {
    database.close();
  }
}

/** In batches so small that each update becomes a row. */
export async function appendAsRows(store: Store, log: readonly Entry[]): Promise<void> {
  const BATCH = 10;
  const starts = Array.from({ length: Math.ceil(log.length / BATCH) }, (_, n) => n * BATCH);
  await Promise.all(starts.map((from) => store.append(log.slice(from, from + BATCH))));
}

/** The whole log of a document as it was given to the store, whether it is packed or not. */
export function logOf(dataDir: string, documentId: string): Entry[] {
  return withStatements(dataDir, (statements) => {
    const nameOf = (key: number) => statements.findAuthor.get(key)?.name ?? "";
    const document = statements.findHead.get(documentId)?.document ?? 0;
    const { updates, damaged }: Log = readLog(statements, document);
    assert.deepEqual(damaged, []);
    return updates.map(({ author, at, bytes }) => {
      return { documentId, author: nameOf(author), at, update: new Uint8Array(bytes) };
    });
  });
}

/** The numbers in each run of a document, oldest first, and the bytes of their updates. */
export function runsOf(dataDir: string, document: DocumentKey): { seqs: number[]; size: number }[] {
  return withStatements(dataDir, ({ findRuns }) =>
    findRuns.all(document, 0).map(({ bytes }) => {
      const updates = decodeRun(bytes);
      const size = updates.reduce((sum, update) => sum + update.bytes.length, 0);
      return { seqs: updates.map(({ seq }) => seq), size };
    }),
  );
}

function withStatements<T>(dataDir: string, look: (statements: Statements) => T): T {
  const connection = connectReadOnly(databaseIn(dataDir));
  try {
    return connection.transaction(() => look(prepare(connection)))();
  } finally {
    connection.close();
  }
}

/** SQLite stores in temporary folders, and a way to look into or damage their database. */
import { join } from "node:path";
import type { Scope } from "../helpers/scope.ts";
import Sqlite from "better-sqlite3";
import { openSqliteStore, type SqliteStoreOptions } from "../../persistence/sqlite/client.ts";
import type { Store } from "../../persistence/store.ts";
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

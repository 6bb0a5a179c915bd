/**
 * Connections to a database: the file, the settings, and the checks that come before
 * the first write or the first read. Knows no table.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { StoreError } from "../store-error.ts";
import type { ThreadOptions } from "./messages.ts";
import { migrate, refuseForeign, refuseNewer } from "./schema.ts";
import { resultCode } from "../failure.ts";

/** How long a statement waits for another process that reads for a backup, in milliseconds. */
const BUSY_MS = 5000;

/** The write-ahead log is cut back to this size after a burst. */
const WAL_BYTES = 64 * 1024 * 1024;

/** Where a data folder has its main database. */
export function databasePath(dataDir: string): string {
  return join(dataDir, "quire.sqlite");
}

/** The folder must exist and be locked. @throws StoreError `newer`, or what SQLite throws. */
export function connect({ dataDir, maxBytes }: ThreadOptions): Sqlite.Database {
  const path = databasePath(dataDir);
  if (existsSync(path)) checkVersion(path);
  const connection = new Sqlite(path, { timeout: BUSY_MS });
  try {
    configure(connection);
    migrate(connection);
    if (maxBytes !== undefined) limit(connection, maxBytes);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * For looking and copying beside a running server, without the folder's lock, or into a backup.
 * @throws StoreError `missing`, `newer`, `corrupt` for what is no database of Quire, `failing`.
 */
export function connectReadOnly(path: string): Sqlite.Database {
  if (!existsSync(path)) throw new StoreError("missing", `there is no database ${path}`);
  let connection: Sqlite.Database | undefined;
  try {
    connection = new Sqlite(path, { readonly: true, timeout: BUSY_MS });
    refuseNewer(connection);
    refuseForeign(connection);
    return connection;
  } catch (error) {
    connection?.close();
    throw error instanceof StoreError ? error : unreadable(path, error);
  }
}

/**
 * What SQLite finds wrong with the file, one line each. `quick_check` leaves out comparing
 * indexes with their tables: https://sqlite.org/pragma.html#pragma_quick_check
 */
export function damageOf(
  connection: Sqlite.Database,
  check: "integrity_check" | "quick_check",
): readonly string[] {
  try {
    const answers = connection.prepare<[], string>(`PRAGMA ${check}`).pluck().all();
    const lines = answers.flatMap((answer) => answer.split("\n"));
    return lines.filter((line) => line !== "ok" && !line.startsWith("***"));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function unreadable(path: string, cause: unknown): StoreError {
  const code = resultCode(cause);
  if (code.startsWith("SQLITE_NOTADB")) {
    return new StoreError("corrupt", `${path} is no database of Quire`, { cause });
  }
  const words = cause instanceof Error ? cause.message : String(cause);
  const kind = code.startsWith("SQLITE_CORRUPT") ? "corrupt" : "failing";
  return new StoreError(kind, `${path} cannot be read: ${words} (${code})`, { cause });
}

/** Read-only, since even closing a writable connection may write. */
function checkVersion(path: string): void {
  const connection = new Sqlite(path, { readonly: true, timeout: BUSY_MS });
  try {
    refuseNewer(connection);
  } finally {
    connection.close();
  }
}

function configure(connection: Sqlite.Database): void {
  connection.pragma("journal_mode = WAL");
  // better-sqlite3 builds SQLite with a weaker default for WAL: a commit would not wait for the disk.
  connection.pragma("synchronous = FULL");
  // On macOS a plain fsync stops at the drive's cache; no effect elsewhere.
  connection.pragma("fullfsync = ON");
  connection.pragma("foreign_keys = ON");
  // What is removed, or packed and then removed, must not be left to be read in unused pages.
  connection.pragma("secure_delete = ON");
  connection.pragma(`journal_size_limit = ${WAL_BYTES}`);
}

function limit(connection: Sqlite.Database, bytes: number): void {
  const pageSize = Number(connection.pragma("page_size", { simple: true }));
  connection.pragma(`max_page_count = ${Math.max(1, Math.floor(bytes / pageSize))}`);
}

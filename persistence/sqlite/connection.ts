/**
 * The connection to the main database: its file, its settings, and the checks that
 * come before the first write. Knows no table.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { ThreadOptions } from "./messages.ts";
import { migrate, refuseNewer } from "./schema.ts";

/** How long a statement waits for another process that reads for a backup, in milliseconds. */
const BUSY_MS = 5000;

/** The write-ahead log is cut back to this size after a burst. */
const WAL_BYTES = 64 * 1024 * 1024;

/** The folder must exist and be locked. @throws StoreError `newer`, or what SQLite throws. */
export function connect({ dataDir, maxBytes }: ThreadOptions): Sqlite.Database {
  const path = join(dataDir, "quire.sqlite");
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
  connection.pragma(`journal_size_limit = ${WAL_BYTES}`);
}

function limit(connection: Sqlite.Database, bytes: number): void {
  const pageSize = Number(connection.pragma("page_size", { simple: true }));
  connection.pragma(`max_page_count = ${Math.max(1, Math.floor(bytes / pageSize))}`);
}

/**
 * Keeps a second Quire off a data folder: an exclusive transaction on a small
 * database of its own. The system ends it with the process, however that dies,
 * and the main database stays readable for backups.
 */
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { StoreError } from "../store-error.ts";
import { resultCode } from "../failure.ts";

/** Long enough for two that start at the same moment to settle who was first, in milliseconds. */
const SETTLE_MS = 200;

/**
 * Answers what gives the folder free. @throws StoreError `locked`.
 *
 * POSIX locks end when any handle of their file is closed in the process: nothing else
 * may open `quire.lock`.
 */
export function lockFolder(dataDir: string): () => void {
  const lock = new Sqlite(join(dataDir, "quire.lock"), { timeout: SETTLE_MS });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if (!resultCode(cause).startsWith("SQLITE_BUSY")) throw cause;
    throw new StoreError("locked", `another process is using ${dataDir}`, {
      hint: "Stop it first, or set DATA_DIR to another folder.",
      cause,
    });
  }
  return () => lock.close();
}

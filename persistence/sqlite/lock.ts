/**
 * Keeps a second Quire off a data folder: an exclusive transaction on a small
 * database of its own. The system ends it with the process, however that dies,
 * and the main database stays readable for backups.
 */
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { StoreError } from "../store-error.ts";

/** Answers what gives the folder free. @throws StoreError `locked`. */
export function lockFolder(dataDir: string): () => void {
  const lock = new Sqlite(join(dataDir, "quire.lock"), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new StoreError("locked", `another process is using ${dataDir}`, {
      hint: "Stop it first, or set DATA_DIR to another folder.",
      cause,
    });
  }
  return () => lock.close();
}

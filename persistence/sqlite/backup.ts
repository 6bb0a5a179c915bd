/**
 * Copies the database of a data folder, in use or not, to a file. Reads only, and
 * never takes the folder's lock.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { StoreError } from "../store-error.ts";
import { connectReadOnly, databasePath } from "./connection.ts";
import { copyDatabase, refuseExisting } from "./database-copy.ts";

/** What is still being written is named by the file it will be. */
const PARTIAL = /\.[0-9a-f]{16}\.quire-partial(-journal)?$/;

/** One that nobody has written to for so long was left by a backup that was killed. Milliseconds. */
const STALE_MS = 24 * 60 * 60 * 1000;

export interface BackupOptions {
  readonly dataDir: string;
  /** Must not exist; its folder must. */
  readonly file: string;
}

/**
 * Answers the size of the backup in bytes; it is on disk then.
 * @throws StoreError `missing`, `exists`, `newer`, `corrupt`, `failing`, or what the file system throws.
 */
export function backUp({ dataDir, file }: BackupOptions): number {
  refuseExisting(file);
  const folder = dirname(file);
  if (!existsSync(folder)) throw new StoreError("missing", `there is no folder ${folder}`);
  const source = connectReadOnly(databasePath(dataDir));
  try {
    clearStale(folder);
    const partial = `${file}.${randomBytes(8).toString("hex")}.quire-partial`;
    copyDatabase(source, { partial, file });
  } finally {
    source.close();
  }
  return statSync(file).size;
}

function clearStale(folder: string): void {
  const written = readdirSync(folder).filter((name) => PARTIAL.test(name));
  for (const path of written.map((name) => join(folder, name))) {
    const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - touched > STALE_MS) rmSync(path, { force: true });
  }
}

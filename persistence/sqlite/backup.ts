/**
 * Copies the database of a data folder, in use or not, to a file, and its attachments to a
 * folder beside that. Reads only, and never takes the folder's lock.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type Sqlite from "better-sqlite3";
import { attachmentsBeside, copyAttachments } from "../attachment-copy.ts";
import { StoreError } from "../store-error.ts";
import { connectReadOnly, databasePath } from "./connection.ts";
import { copyDatabase, refuseExisting, sync } from "./database-copy.ts";

/** What is still being written is named by the file it will be. */
const PARTIAL = /\.[0-9a-f]{16}\.quire-partial(-journal)?$/;

/** One that nobody has written to for so long was left by a backup that was killed. Milliseconds. */
const STALE_MS = 24 * 60 * 60 * 1000;

export interface BackupOptions {
  readonly dataDir: string;
  /** Must not exist; its folder must. */
  readonly file: string;
}

/** What a backup holds. */
export interface Backup {
  /** Of the file. */
  readonly bytes: number;
  readonly attachments: number;
}

/**
 * Answers what is on disk then.
 * @throws StoreError `missing`, `exists`, `newer`, `corrupt`, `failing`, or what the file system throws.
 */
export function backUp({ dataDir, file }: BackupOptions): Backup {
  for (const path of [file, attachmentsBeside(file)]) refuseExisting(path);
  const folder = dirname(file);
  if (!existsSync(folder)) throw new StoreError("missing", `there is no folder ${folder}`);
  const source = connectReadOnly(databasePath(dataDir));
  try {
    clearStale(folder);
    const attachments = copyWithAttachments(source, file);
    return { bytes: statSync(file).size, attachments };
  } finally {
    source.close();
  }
}

/**
 * An attachment is stored before any text names it, and so those are copied after the text.
 * They get their name first: where the file is, all is.
 */
function copyWithAttachments(source: Sqlite.Database, file: string): number {
  const [from, to] = [attachmentsBeside(source.name), attachmentsBeside(file)];
  const end = `${randomBytes(8).toString("hex")}.quire-partial`;
  let attachments = 0;
  const copyThem = () => {
    attachments = copyAttachments(from, `${to}.${end}`);
    if (attachments === 0) return;
    renameSync(`${to}.${end}`, to);
    sync(dirname(to));
  };
  try {
    copyDatabase(source, { partial: `${file}.${end}`, file }, copyThem);
  } catch (error) {
    if (attachments > 0) rmSync(to, { recursive: true, force: true });
    throw error;
  }
  return attachments;
}

function clearStale(folder: string): void {
  const written = readdirSync(folder).filter((name) => PARTIAL.test(name));
  for (const path of written.map((name) => join(folder, name))) {
    const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - touched > STALE_MS) rmSync(path, { recursive: true, force: true });
  }
}

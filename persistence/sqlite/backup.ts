/**
 * Copies the database of a data folder, in use or not, to a file, and its attachments to a
 * folder beside that. Reads only, and never takes the folder's lock.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type Sqlite from "better-sqlite3";
import { attachmentsBeside, BESIDE, copyAttachments } from "../attachment-copy.ts";
import { StoreError } from "../store-error.ts";
import { connectReadOnly, databasePath } from "./connection.ts";
import { copyDatabase, refuseExisting, sync } from "./database-copy.ts";

/** What is still being written is named by the file it will be. */
const PARTIAL = /\.[0-9a-f]{16}\.quire-partial(-journal)?$/;

/** In a folder of attachments whose file has not got its name yet. */
const UNNAMED = "quire-partial";

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
  refuseExisting(file);
  const folder = dirname(file);
  if (!existsSync(folder)) throw new StoreError("missing", `there is no folder ${folder}`);
  const source = connectReadOnly(databasePath(dataDir));
  try {
    clearStale(folder);
    refuseExisting(attachmentsBeside(file));
    const attachments = copyWithAttachments(source, file);
    return { bytes: statSync(file).size, attachments };
  } finally {
    source.close();
  }
}

/**
 * An attachment is stored after its document and before any text names it, and so those are
 * copied after the text. They get their name first: where the file is, all is.
 */
function copyWithAttachments(source: Sqlite.Database, file: string): number {
  const [from, to] = [attachmentsBeside(source.name), attachmentsBeside(file)];
  const end = `${randomBytes(8).toString("hex")}.quire-partial`;
  const partial = `${to}.${end}`;
  let attachments = 0;
  let isNamed = false;
  const copyThem = (documents: ReadonlySet<string>) => {
    attachments = copyAttachments(from, partial, documents);
    if (attachments === 0) return;
    closeSync(openSync(join(partial, UNNAMED), "wx"));
    sync(partial);
    // Another backup may be made under this name: it keeps what it has.
    refuseExisting(to);
    renameSync(partial, to);
    isNamed = true;
    sync(dirname(to));
  };
  try {
    copyDatabase(source, { partial: `${file}.${end}`, file }, copyThem);
  } catch (error) {
    rmSync(isNamed ? to : partial, { recursive: true, force: true });
    throw error;
  }
  if (isNamed) rmSync(join(to, UNNAMED));
  return attachments;
}

function clearStale(folder: string): void {
  const names = readdirSync(folder);
  const partial = names.filter((name) => PARTIAL.test(name)).map((name) => join(folder, name));
  for (const path of partial.filter(isStale)) rmSync(path, { recursive: true, force: true });
  for (const name of names.filter((each) => each.endsWith(BESIDE))) {
    const [path, sign] = [join(folder, name), join(folder, name, UNNAMED)];
    if (!existsSync(sign) || !isStale(sign)) continue;
    const hasFile = existsSync(path.slice(0, -BESIDE.length));
    rmSync(hasFile ? sign : path, { recursive: true, force: true });
  }
}

function isStale(path: string): boolean {
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - touched > STALE_MS;
}

/**
 * Attachments beside a database: where they lie, and how they are copied for a backup and
 * out of it again. For the commands, which wait; knows no SQL.
 */
import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { attachmentsPath, INCOMING } from "./attachment-files.ts";
import { isMissing } from "./disk.ts";
import { databasePath } from "./sqlite/connection.ts";
import { sync } from "./sqlite/database-copy.ts";

/** How the name of a backup's attachments ends, after that of the backup. */
export const BESIDE = ".attachments";

/** Where the attachments of a database are: in its data folder, or next to it when it is a backup. */
export function attachmentsBeside(database: string): string {
  const folder = dirname(database);
  const isDataFolder = basename(database) === basename(databasePath(folder));
  return isDataFolder ? attachmentsPath(folder) : `${database}${BESIDE}`;
}

/** Ids of all that have a folder there. Throws what the file system throws, but for a folder that is not there. */
export function documentsIn(folder: string): string[] {
  const entries = present(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  const folders = entries.filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).filter((name) => name !== INCOMING);
}

/** Names of all of one document's; none when it was removed meanwhile. */
export function namesIn(folder: string, documentId: string): string[] {
  return present(() => readdirSync(join(folder, documentId))) ?? [];
}

/** Undefined when there is no such file or folder. */
export function present<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Copies those of these documents to a folder that is made for it, and is on disk but for its own
 * name then. What is removed meanwhile is left out. Answers how many; without any there is no
 * folder, and none after an error.
 */
export function copyAttachments(from: string, to: string, documents: ReadonlySet<string>): number {
  const copies = new Copies();
  try {
    for (const id of documentsIn(from).filter((each) => documents.has(each))) {
      const names = namesIn(from, id);
      if (names.length === 0) continue;
      mkdirSync(join(to, id), { recursive: true });
      for (const name of names) copies.make(join(from, id, name), join(to, id, name));
      sync(join(to, id));
    }
    if (copies.count === 0) rmSync(to, { recursive: true, force: true });
    else sync(to);
  } catch (error) {
    rmSync(to, { recursive: true, force: true });
    throw error;
  }
  return copies.count;
}

/** A file that several documents share is copied once, and shared in the copy too. */
class Copies {
  count = 0;
  /** Copies of files with several names, by what identifies the file. */
  readonly #shared = new Map<string, string>();

  make(from: string, to: string): void {
    const found = present(() => statSync(from, { bigint: true }));
    if (!found) return;
    const file = `${found.dev} ${found.ino}`;
    const first = this.#shared.get(file);
    if (!(first && isLinked(first, to)) && !isCopied(from, to)) return;
    if (found.nlink > 1n) this.#shared.set(file, to);
    this.count += 1;
  }
}

/** A file system may know no second name of a file, or no further one. */
function isLinked(existing: string, path: string): boolean {
  try {
    linkSync(existing, path);
    return true;
  } catch {
    return false;
  }
}

function isCopied(from: string, to: string): boolean {
  const copy = () => {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    return true;
  };
  if (!present(copy)) return false;
  sync(to);
  return true;
}

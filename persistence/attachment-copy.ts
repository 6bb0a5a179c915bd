/**
 * Attachments beside a database: where they lie, copied for a backup, and read against
 * their names. For the commands, which wait; knows no SQL.
 */
import { createHash } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { attachmentsPath, INCOMING } from "./attachment-files.ts";
import { ATTACHMENT_NAME, attachmentHash } from "./attachments.ts";
import { databasePath } from "./sqlite/connection.ts";
import { sync } from "./sqlite/database-copy.ts";

interface Found {
  readonly documentId: string;
  readonly name: string;
}

/** Where the attachments of a database are: in its data folder, or next to it when it is a backup. */
export function attachmentsBeside(database: string): string {
  const folder = dirname(database);
  const isDataFolder = basename(database) === basename(databasePath(folder));
  return isDataFolder ? attachmentsPath(folder) : `${database}.attachments`;
}

/** All there are; what is still arriving is none. */
export function listAttachments(folder: string): Found[] {
  if (!existsSync(folder)) return [];
  const documents = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== INCOMING)
    .map(({ name }) => name);
  return documents.flatMap((documentId) =>
    readdirSync(join(folder, documentId)).map((name) => ({ documentId, name })),
  );
}

/**
 * Copies them to a folder that is made for it, and is on disk but for its own name then.
 * Answers how many; without any there is no folder. What was copied before an error is removed.
 */
export function copyAttachments(from: string, to: string): number {
  const found = listAttachments(from);
  try {
    for (const { documentId, name } of found) {
      mkdirSync(join(to, documentId), { recursive: true });
      const copy = join(to, documentId, name);
      copyFileSync(join(from, documentId, name), copy, constants.COPYFILE_FICLONE);
      sync(copy);
    }
    const folders = new Set(found.map(({ documentId }) => join(to, documentId)));
    for (const folder of folders) sync(folder);
    if (found.length > 0) sync(to);
  } catch (error) {
    rmSync(to, { recursive: true, force: true });
    throw error;
  }
  return found.length;
}

/** What is wrong with one, as words; undefined when its content is what its name says. */
export function wrongWith(folder: string, { documentId, name }: Found): string | undefined {
  if (!ATTACHMENT_NAME.test(name)) return "is no attachment's name";
  const digest = createHash("sha256")
    .update(readFileSync(join(folder, documentId, name)))
    .digest();
  return name.startsWith(`${attachmentHash(digest)}.`) ? undefined : "is not what its name says";
}

/**
 * A database copied into a file that appears under its name only when it is whole,
 * checked and on disk. Knows of documents only that they have an id, and no data folder.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type Sqlite from "better-sqlite3";
import { StoreError } from "../store-error.ts";
import { connectReadOnly, damageOf } from "./connection.ts";

/** Both in one folder, so that a rename leads from one to the other. */
export interface CopyTarget {
  /** Where it is written; must not exist, and does not afterwards. */
  readonly partial: string;
  readonly file: string;
}

/**
 * What the source holds at this moment, whoever writes to it meanwhile.
 * @param beforeNaming Done once the copy is whole and before it has its name; given the ids of its documents.
 * @throws StoreError `exists`, `corrupt` or `failing`; nothing is left behind then.
 */
export function copyDatabase(
  source: Sqlite.Database,
  { partial, file }: CopyTarget,
  beforeNaming: (documents: ReadonlySet<string>) => void,
): void {
  // Made here and not by SQLite, which says less about why it cannot be.
  closeSync(openSync(partial, "wx"));
  let isNamed = false;
  try {
    // One read transaction, so that it ends beside a steady writer; SQLite's backup API starts over.
    source.prepare("VACUUM INTO ?").run(partial);
    const documents = documentsOfSound(partial);
    sync(partial);
    beforeNaming(documents);
    refuseExisting(file);
    renameSync(partial, file);
    isNamed = true;
    sync(dirname(file));
  } catch (error) {
    discardPartial(partial);
    if (isNamed) rmSync(file);
    throw error instanceof StoreError ? error : failed(source.name, file, error);
  }
}

/** With the journal that SQLite keeps beside what it is writing. */
export function discardPartial(partial: string): void {
  for (const path of [partial, `${partial}-journal`]) rmSync(path, { force: true });
}

/** @throws StoreError `exists`. */
export function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  throw new StoreError("exists", `${file} exists already`, { hint: "Choose another name." });
}

/** Waits until a file, or the names in a folder, are on disk. */
export function sync(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** @throws StoreError `corrupt`. */
function documentsOfSound(path: string): ReadonlySet<string> {
  const copy = connectReadOnly(path);
  try {
    const [damage] = damageOf(copy, "quick_check");
    if (damage) throw new StoreError("corrupt", `the copy is damaged: ${damage}`);
    return new Set(copy.prepare<[], string>("SELECT id FROM documents").pluck().all());
  } finally {
    copy.close();
  }
}

function failed(from: string, to: string, cause: unknown): StoreError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new StoreError("failing", `${from} could not be copied to ${to}: ${words}`, { cause });
}

/**
 * Makes a data folder from a backup. Looks at the backup before it touches the
 * folder, and never replaces anything in it.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type Sqlite from "better-sqlite3";
import { attachmentsBeside, copyAttachments } from "../attachment-copy.ts";
import { attachmentsPath } from "../attachment-files.ts";
import { StoreError } from "../store-error.ts";
import { connectReadOnly, damageOf, databasePath } from "./connection.ts";
import { copyDatabase, discardPartial, sync } from "./database-copy.ts";
import { lockFolder } from "./lock.ts";

/** What may lie in a folder that counts as empty: a lock nobody holds, and what a killed restore left. */
const OWN = /^quire\.(lock(-journal)?|sqlite\.partial(-journal)?)$/;

/** The killed restore's too, where that is. */
const PARTIAL = "quire.sqlite.partial";

export interface RestoreOptions {
  /** Empty or missing. */
  readonly dataDir: string;
  readonly file: string;
}

/** @throws StoreError `missing`, `corrupt`, `newer`, `exists`, `locked`, `failing`, or what the file system throws. */
export function restore({ dataDir, file }: RestoreOptions): void {
  const source = connectReadOnly(file);
  try {
    refuseDamaged(source);
    // Looked at before the lock, so that nothing is put into a folder of somebody else's.
    if (existsSync(dataDir) && !readdirSync(dataDir).includes("quire.lock")) refuseUsed(dataDir);
    mkdirSync(dataDir, { recursive: true });
    fill(dataDir, source);
  } finally {
    source.close();
  }
}

function fill(dataDir: string, source: Sqlite.Database): void {
  const unlock = lockFolder(dataDir);
  try {
    refuseUsed(dataDir);
    const file = databasePath(dataDir);
    const partial = join(dataDir, PARTIAL);
    const attachments = attachmentsPath(dataDir);
    // In this order: without the other, attachments would be somebody else's.
    rmSync(attachments, { recursive: true, force: true });
    discardPartial(partial);
    copyDatabase(source, { partial, file }, (documents) =>
      copyAttachments(attachmentsBeside(source.name), attachments, documents),
    );
    sync(dirname(resolve(dataDir)));
  } finally {
    unlock();
  }
}

function refuseUsed(dataDir: string): void {
  const names = readdirSync(dataDir);
  const isCutOff = names.includes(PARTIAL);
  const isOwn = (name: string) => OWN.test(name) || (isCutOff && name === "attachments");
  const found = names.find((name) => !isOwn(name));
  if (found === undefined) return;
  throw new StoreError("exists", `${dataDir} is not empty: it holds ${found}`, {
    hint: "Set DATA_DIR to an empty folder, or move what is there away.",
  });
}

function refuseDamaged(source: Sqlite.Database): void {
  const [damage] = damageOf(source, "integrity_check");
  if (damage) {
    throw new StoreError("corrupt", `${source.name} is damaged: ${damage}`, {
      hint: "Restore an older backup.",
    });
  }
}

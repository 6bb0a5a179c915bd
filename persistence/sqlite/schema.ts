/**
 * Brings a database to the newest version. `user_version` counts the migrations
 * that have run; each runs in one transaction with its count.
 */
import type { Database } from "better-sqlite3";
import { StoreError, unfinished } from "../store-error.ts";
import { documents } from "./migrations/0001-documents.ts";
import { runs } from "./migrations/0002-runs.ts";
import { acceptedLoss } from "./migrations/0003-accepted-loss.ts";
import { links } from "./migrations/0004-links.ts";
import { trash } from "./migrations/0005-trash.ts";
import { webhooks } from "./migrations/0006-webhooks.ts";

/** In order; one that has been released is never changed. */
const MIGRATIONS: readonly string[] = [documents, runs, acceptedLoss, links, trash, webhooks];

/** @throws StoreError `newer` for a database that a later version of Quire wrote. Writes nothing. */
export function refuseNewer(database: Database): void {
  const version = versionOf(database);
  if (version <= MIGRATIONS.length) return;
  throw new StoreError(
    "newer",
    `the database has version ${version}, this Quire knows up to ${MIGRATIONS.length}`,
    { hint: "Start the newer Quire again, or restore a backup made before the upgrade." },
  );
}

/** @throws StoreError `corrupt` for a database that Quire has not made. Writes nothing. */
export function refuseForeign(database: Database): void {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck();
  const names = new Set(versionOf(database) > 0 ? tables.all() : []);
  if (names.has("documents") && names.has("updates")) return;
  throw new StoreError("corrupt", `${database.name} is no database of Quire`);
}

/** A table that is there as long as a migration from another store has not been finished. */
export const UNFINISHED = "unfinished_migration";

/** Whether a migration into it was begun and not finished. */
export function isUnfinished(database: Database): boolean {
  const find = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  return find.get(UNFINISHED) !== undefined;
}

/** @throws StoreError `unfinished` for a database that a migration has not filled yet. */
export function refuseUnfinished(database: Database): void {
  if (isUnfinished(database)) throw unfinished(database.name);
}

/** @throws StoreError `older` for a database that lacks what this version knows. Writes nothing. */
export function refuseOlder(database: Database): void {
  if (versionOf(database) === MIGRATIONS.length) return;
  throw new StoreError("older", `${database.name} was written by an older Quire`, {
    hint: "Start this Quire on it once, which brings it up to date, and stop it again.",
  });
}

/** Runs what has not run yet; a migration that fails leaves neither changes nor its number. */
export function migrate(database: Database, migrations = MIGRATIONS): void {
  for (const [index, sql] of migrations.entries()) {
    if (index < versionOf(database)) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}

/**
 * For reading a database of an older version without bringing it up to date: what it lacks is
 * there as empty tables, on this connection alone.
 */
export function standIn(database: Database): void {
  if (versionOf(database) >= 2) return;
  // A temporary table has no parents in the file; there is nothing in it to refer to them.
  database.pragma("foreign_keys = OFF");
  database.exec(runs.replace("CREATE TABLE", "CREATE TEMP TABLE"));
}

function versionOf(database: Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

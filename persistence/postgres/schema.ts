/**
 * Brings a database to the newest version. `quire_version` counts the migrations that have run; all
 * that are due run in one transaction, and nodes that start together wait for one another.
 */
import type { ClientBase } from "pg";
import { StoreError, unfinished } from "../store-error.ts";
import { documents } from "./migrations/0001-documents.ts";
import { webhooks } from "./migrations/0002-webhooks.ts";
import { attachments } from "./migrations/0003-attachments.ts";
import { search } from "./migrations/0004-search.ts";

/** In order; one that has been released is never changed. */
const MIGRATIONS: readonly string[] = [documents, webhooks, attachments, search];

/** Of the advisory lock under which nodes migrate: "quire" in ASCII. */
const LOCK = 0x7175697265;

/**
 * Runs what has not run yet, into the first schema of the connection's search path.
 * @throws StoreError `newer` for a database of a later version, which is left untouched, or what pg throws.
 */
export async function migrate(client: ClientBase, migrations = MIGRATIONS): Promise<void> {
  await client.query("BEGIN");
  try {
    // Until the end of the transaction; however long the others take.
    await client.query("SET LOCAL statement_timeout = 0");
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    const version = await versionOf(client);
    if (version > migrations.length) throw newer(version, migrations.length);
    if (version < migrations.length) await run(client, version, migrations);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** A table that is there as long as a migration from another store has not been finished. */
export const UNFINISHED = "unfinished_migration";

/** Whether a migration into it was begun and not finished. */
export function isUnfinished(client: ClientBase): Promise<boolean> {
  return isThere(client, UNFINISHED);
}

/** @throws StoreError `unfinished` for a database that a migration has not filled yet. */
export async function refuseUnfinished(client: ClientBase): Promise<void> {
  if (await isUnfinished(client)) throw unfinished("this database");
}

/** @throws StoreError `missing`, `older` or `newer` for a database that is not of this version. Writes nothing. */
export async function refuseOther(client: ClientBase): Promise<void> {
  const version = await versionOf(client);
  if (version > MIGRATIONS.length) throw newer(version, MIGRATIONS.length);
  if (version === 0) throw new StoreError("missing", "there is nothing of Quire in this database");
  if (version === MIGRATIONS.length) return;
  throw new StoreError("older", "this database was written by an older Quire", {
    hint: "Start this Quire on it once, which brings it up to date, and stop it again.",
  });
}

async function run(client: ClientBase, version: number, migrations: readonly string[]) {
  await client.query("CREATE TABLE IF NOT EXISTS quire_version (version integer NOT NULL)");
  for (const sql of migrations.slice(version)) await client.query(sql);
  await client.query("DELETE FROM quire_version");
  await client.query("INSERT INTO quire_version VALUES ($1)", [migrations.length]);
}

/** 0 for an empty database. */
async function versionOf(client: ClientBase): Promise<number> {
  if (!(await isThere(client, "quire_version"))) return 0;
  const { rows } = await client.query("SELECT version FROM quire_version");
  return (rows as { version: number }[])[0]?.version ?? 0;
}

async function isThere(client: ClientBase, table: string): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass($1) IS NOT NULL AS is_there", [table]);
  return (rows as { is_there: boolean }[])[0]?.is_there ?? false;
}

function newer(version: number, known: number): StoreError {
  return new StoreError(
    "newer",
    `the database has version ${version}, this Quire knows up to ${known}`,
    { hint: "Start the newer Quire again, or restore a backup made before the upgrade." },
  );
}

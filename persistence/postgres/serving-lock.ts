/**
 * Who may write to a database: nodes, together, or a migration alone. Postgres ends a lock with
 * the connection that took it, however that dies.
 */
import { setTimeout } from "node:timers/promises";
import type { ClientBase } from "pg";
import { StoreError, unfinished } from "../store-error.ts";
import { UNFINISHED } from "./schema.ts";

/** Beside that of the schema: "quirf" in ASCII. */
const LOCK = 0x7175697266;

/** Postgres may be about to notice that whoever held it was killed. */
const SETTLING = { tries: 30, pauseMs: 100 };

/**
 * For a node, as long as its connection lasts. Asked of each connection: a migration may have come
 * and gone while a node had none.
 * @throws StoreError `locked` while a migration runs, `unfinished` after one that was cut off.
 */
export async function serveOn(client: ClientBase): Promise<void> {
  const { isTaken, isUnfinished } = await take(client, "pg_try_advisory_lock_shared");
  if (!isTaken) {
    throw new StoreError("locked", "a migration is running on this database", {
      hint: "Wait until it has ended.",
    });
  }
  if (isUnfinished) throw unfinished("this database");
}

/** For a migration. @throws StoreError `locked` while a node or another migration uses the database. */
export async function holdAlone(client: ClientBase): Promise<void> {
  for (let tries = 0; tries < SETTLING.tries; tries++) {
    const { isTaken } = await take(client, "pg_try_advisory_lock");
    if (isTaken) return;
    await setTimeout(SETTLING.pauseMs);
  }
  throw new StoreError("locked", "a node or another migration is using this database", {
    hint: "Stop it first.",
  });
}

interface Taken {
  readonly isTaken: boolean;
  /** As it is once the lock is held. */
  readonly isUnfinished: boolean;
}

async function take(client: ClientBase, taking: string): Promise<Taken> {
  const { rows } = await client.query(
    `SELECT ${taking}($1) AS "isTaken", to_regclass($2) IS NOT NULL AS "isUnfinished"`,
    [LOCK, UNFINISHED],
  );
  return (rows as Taken[])[0] ?? { isTaken: false, isUnfinished: false };
}

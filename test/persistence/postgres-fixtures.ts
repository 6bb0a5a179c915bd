/** Stores on a Postgres of the tests' own, and a way to look into or damage their database. */
import { Client } from "pg";
import {
  openPostgresStore,
  type PostgresStore,
  type PostgresStoreOptions,
} from "../../persistence/postgres/client.ts";
import type { LoggedEntry } from "../../persistence/shared-store.ts";
import type { Scope } from "../helpers/scope.ts";

/** With no pause between commits, unless asked for; closed when the test ends. */
export async function openStore(
  t: Scope,
  options: Partial<PostgresStoreOptions> & Pick<PostgresStoreOptions, "databaseUrl">,
): Promise<PostgresStore> {
  const store = await openPostgresStore({ nodeId: "test", commitIntervalMs: 0, ...options });
  t.after(() => store.close());
  return store;
}

/** So many nodes on one database. */
export function openStores(t: Scope, databaseUrl: string, count: number): Promise<PostgresStore[]> {
  const nodes = Array.from({ length: count }, (_, n) => ({ databaseUrl, nodeId: `node-${n}` }));
  return Promise.all(nodes.map((options) => openStore(t, options)));
}

/** The log of a document as a node reads it on, from after `from`, in pieces of about so many bytes. */
export async function logOf(
  store: PostgresStore,
  documentId: string,
  { from = 0, mostBytes = 1000 } = {},
): Promise<LoggedEntry[]> {
  const log: LoggedEntry[] = [];
  for (let after = from; ;) {
    const { entries, upTo } = await store.entriesAfter(documentId, after, mostBytes);
    if (upTo === after) return log;
    log.push(...entries);
    after = upTo;
  }
}

/** The rows that a statement answers, on a connection of its own. */
export async function ask<Row>(
  databaseUrl: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(sql, [...values]);
    return rows as Row[];
  } finally {
    await client.end();
  }
}

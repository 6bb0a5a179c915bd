/**
 * Has what is searched for found by trigrams, where the server has pg_trgm: since Postgres 13 whoever
 * may create something in a database may put it there. Where it has not, every text is read.
 */
import { Client } from "pg";
import { type Address, configOf, configure } from "./connection.ts";
import { toStoreError } from "./postgres-error.ts";

/** Of the advisory lock under which nodes do this: "find" in ASCII. */
const LOCK = 0x66696e64;

/** It may stand in a schema of its own that is on no search path. */
const PREPARE = `DO $$
DECLARE
  home text;
BEGIN
  PERFORM pg_advisory_xact_lock(${LOCK});
  BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
  EXCEPTION WHEN OTHERS THEN
    -- It is not installed, or this user may not.
  END;
  SELECT nspname INTO home FROM pg_opclass JOIN pg_namespace ON pg_namespace.oid = opcnamespace
    WHERE opcname = 'gin_trgm_ops';
  IF home IS NOT NULL THEN
    EXECUTE format(
      'CREATE INDEX IF NOT EXISTS search_trigrams ON search_entries USING gin (folded %I.gin_trgm_ops)',
      home);
  END IF;
END $$`;

/**
 * Answers whether trigrams are of help from now on. Where there are many documents already it takes
 * its time, and nobody need wait for it. Rejects with StoreError, also when it was given up.
 */
export async function prepareSearch(address: Address, signal: AbortSignal): Promise<boolean> {
  const client = new Client({ ...configOf(address), query_timeout: undefined });
  const end = () => void client.end().catch(() => undefined);
  signal.addEventListener("abort", end);
  try {
    await client.connect();
    await configure(client, address);
    await client.query("SET statement_timeout = 0");
    await client.query(PREPARE);
    const found = await client.query(
      "SELECT to_regclass('search_trigrams') IS NOT NULL AS is_there",
    );
    return (found.rows as { is_there: boolean }[])[0]?.is_there ?? false;
  } catch (error) {
    throw toStoreError(error);
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

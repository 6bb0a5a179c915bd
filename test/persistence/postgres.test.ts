/** The store on Postgres keeps the contract of every store, and its options are checked. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { openPostgresStore } from "../../persistence/postgres/client.ts";
import type { Store } from "../../persistence/store.ts";
import { type OpenStore, storeContract } from "../contract/store-contract.ts";
import { webhookContract } from "../contract/webhook-contract.ts";
import { fuzzStore } from "../contract/store-fuzz.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { seeded } from "../helpers/random.ts";
import { openStore } from "./postgres-fixtures.ts";

const postgres = await startPostgres({ after });

const open: OpenStore = async (t) => openStore(t, { databaseUrl: await postgres.createDatabase() });

storeContract("postgres", open);
webhookContract("postgres", open);

test("[P14] what was stored always loads as what was edited (postgres)", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const reopen = async (store?: Store) => {
    await store?.close();
    return openStore(t, { databaseUrl });
  };
  await fuzzStore({ store: await reopen(), random: seeded(t), steps: 400, reopen });
});

test("[P15] an option that does not exist is refused (postgres)", async () => {
  const options = { databaseUrl: postgres.url, nodeId: "a", commitInterval: 5 };
  await assert.rejects(openPostgresStore(options), TypeError);
});

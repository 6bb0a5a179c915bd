/** The tables of Postgres split by document, as `deploy/partitions.sql` does it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Store } from "../../persistence/store.ts";
import { newDocument, textOf, typing } from "../contract/sample-documents.ts";
import { fuzzStore } from "../contract/store-fuzz.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { ROOT } from "../helpers/program.ts";
import { seeded } from "../helpers/random.ts";
import { ask, openStore } from "../persistence/postgres-fixtures.ts";
import { deployFile } from "./compose-file.ts";

test("[J17] what is set for autovacuum goes to each part of a split table, and can be set there", async (t) => {
  const { url: databaseUrl } = await startPostgres(t);
  const store = await openStore(t, { databaseUrl });
  await store.close();
  const page = readFileSync(join(ROOT, "docs/SCALING.md"), "utf8");
  const advice = /`(ALTER TABLE updates SET \((.+?) = (.+?)\))`/.exec(page);
  const [, statement = "", name = "", value = ""] = advice ?? [];
  await ask(databaseUrl, statement);
  await ask(databaseUrl, deployFile("partitions.sql"));
  const settings = () =>
    ask(
      databaseUrl,
      `SELECT reloptions AS set, count(*)::int AS parts FROM pg_class
      WHERE relispartition AND relkind = 'r' GROUP BY 1 ORDER BY 2`,
    );
  const set = [`${name}=${value}`];
  assert.deepEqual(await settings(), [
    { set, parts: 16 },
    { set: null, parts: 32 },
  ]);
  await ask(databaseUrl, statement.replace("updates", "runs_0"));
  assert.deepEqual(await settings(), [
    { set, parts: 17 },
    { set: null, parts: 31 },
  ]);
});

test("[J16] a database whose tables were split holds what it held, and keeps what is edited", async (t) => {
  const { url: databaseUrl } = await startPostgres(t);
  const whole = await openStore(t, { databaseUrl });
  const [update = new Uint8Array()] = typing("a");
  await whole.create(newDocument("before", { first: { author: "import", update } }));
  await whole.close();
  await ask(databaseUrl, deployFile("partitions.sql"));
  const parts = await ask(
    databaseUrl,
    "SELECT FROM pg_class WHERE relispartition AND relkind = 'r'",
  );
  assert.equal(parts.length, 3 * 16);
  const reopen = async (store?: Store) => {
    await store?.close();
    return openStore(t, { databaseUrl });
  };
  const store = await reopen();
  assert.equal(textOf(await store.load("before")), "a");
  await fuzzStore({ store, random: seeded(t), steps: 200, reopen });
});

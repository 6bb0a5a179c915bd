/** The end of a document in a real database. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { verify } from "../../persistence/sqlite/verify.ts";
import { entries, newDocument, newLink, typing } from "../contract/sample-documents.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { databaseIn, openStore, read } from "./sqlite-fixtures.ts";

const WEBHOOK = {
  id: "w",
  url: "http://a.example/",
  events: ["x"],
  secret: "s",
  origin: "",
  createdAt: 1,
};

test("[P73] what was purged leaves no row behind, and the database passes verify", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a", { links: [newLink("a1", 1, { maxUses: 2 })] }));
  await store.claimLink({ linkId: "a1", tokenHash: Buffer.alloc(32, 9), at: 5 });
  await store.append(entries("a", typing("x".repeat(900))));
  await store.compact("a", 800);
  await store.addWebhook("a", WEBHOOK, 1);
  const delivery = { id: "d", event: "x", at: 1, body: "{}" };
  await store.setDeleted("a", 1);
  await store.tellWebhooks(
    [{ webhookId: "w", seq: 900, deletedAt: 1, deliveries: [delivery] }],
    [],
  );
  assert.equal((await store.deliveries("w", 0)).length, 1);
  const before = verify({ path: databaseIn(dataDir) });
  assert.deepEqual([before.updates, before.problems], [900, []]);
  assert.equal(await store.purge("a", 2), true);
  for (const table of [
    "documents",
    "links",
    "claims",
    "updates",
    "runs",
    "snapshots",
    "webhooks",
    "deliveries",
  ]) {
    assert.deepEqual(read(dataDir, `SELECT count(*) FROM ${table}`), [[0]], table);
  }
  assert.deepEqual(verify({ path: databaseIn(dataDir) }).problems, []);
});

test("[P74] a log of many thousand entries is purged in well under a second", async (t) => {
  const store = await openStore(t);
  await store.create(newDocument("a"));
  await store.append(entries("a", typing("x".repeat(20_000))));
  await store.setDeleted("a", 1);
  const start = performance.now();
  await store.purge("a", 2);
  const took = performance.now() - start;
  t.diagnostic(`${took.toFixed(0)} ms`);
  assert.ok(took < 1000, `${took} ms`);
});

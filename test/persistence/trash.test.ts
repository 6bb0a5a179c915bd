/** The end of a document in a real database. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { connect } from "../../persistence/sqlite/connection.ts";
import { RemovalSteps } from "../../persistence/sqlite/removal-steps.ts";
import { verify } from "../../persistence/sqlite/verify.ts";
import type { Entry } from "../../persistence/store.ts";
import { entries, entry, newDocument, newLink, typing } from "../contract/sample-documents.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { stateOf } from "./command.ts";
import { appendAsRows, databaseIn, logOf, openStore, read } from "./sqlite-fixtures.ts";

const WEBHOOK = {
  id: "w",
  url: "http://a.example/",
  events: ["x"],
  secret: "s",
  origin: "",
  createdAt: 1,
};

/** Entries as a server writes them, by a link of the document. */
function writtenBy(author: string, log: readonly Entry[]): Entry[] {
  return log.map((each) => ({ ...each, author }));
}

function rowsIn(dataDir: string, table: string): unknown {
  return read(dataDir, `SELECT count(*) FROM ${table}`)[0];
}

test("[P73] what was purged leaves no row behind, not of those who wrote it either, and the database passes verify", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a", { links: [newLink("a1", 1, { maxUses: 2 })] }));
  await store.claimLink({ linkId: "a1", tokenHash: Buffer.alloc(32, 9), at: 5 });
  await store.append(writtenBy("a1", entries("a", typing("x".repeat(900)))));
  await store.compact("a", 800);
  await store.addWebhook("a", WEBHOOK, 1);
  const delivery = { id: "d", event: "x", at: 1, body: "{}" };
  await store.setDeleted("a", 1);
  const known = { toldSeq: 900, toldDeletedAt: null, seq: 900, deletedAt: 1 };
  await store.tellWebhooks([{ webhookId: "w", ...known, deliveries: [delivery] }], []);
  assert.equal((await store.deliveries("w", 0)).length, 1);
  const before = verify({ path: databaseIn(dataDir) });
  assert.deepEqual([before.updates, before.problems], [900, []]);
  const tables = [
    "documents",
    "links",
    "claims",
    "updates",
    "runs",
    "snapshots",
    "authors",
    "webhooks",
    "deliveries",
  ];
  for (const table of tables) assert.notDeepEqual(rowsIn(dataDir, table), [0], table);
  assert.equal(await store.purge("a", 2), true);
  for (const table of tables) assert.deepEqual(rowsIn(dataDir, table), [0], table);
  assert.deepEqual(verify({ path: databaseIn(dataDir) }).problems, []);
});

test("[P74] a log of many thousand entries is purged in well under a second", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a"));
  await appendAsRows(store, entries("a", typing("x".repeat(20_000))));
  assert.deepEqual(rowsIn(dataDir, "updates"), [20_000]);
  await store.setDeleted("a", 1);
  const start = performance.now();
  assert.equal(await store.purge("a", 2), true);
  const took = performance.now() - start;
  t.diagnostic(`${took.toFixed(0)} ms`);
  assert.ok(took < 500, `${took} ms`);
});

test("[P75] while a large document is purged, commits of others get through", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  for (const id of ["a", "b"]) await store.create(newDocument(id));
  const updates = Array.from({ length: 20_000 }, () => Uint8Array.of(0, 0));
  await appendAsRows(store, entries("a", updates));
  await store.setDeleted("a", 1);
  const purge = store.purge("a", 2);
  const end = purge.then(() => undefined);
  /** How many rows were left when a commit of `b` had come through. */
  const moments = new Set<string>();
  for (let seq = 1; ; seq += 1) {
    const commit = store.append([entry("b", seq, Uint8Array.of(1))]).then(() => "through");
    if (!(await Promise.race([end, commit]))) break;
    moments.add(String(read(dataDir, "SELECT count(*) FROM updates WHERE document = 1")[0]));
  }
  assert.equal(await purge, true);
  t.diagnostic([...moments].join(", "));
  assert.ok(moments.size >= 5, "between its steps");
});

test("[P76] a purge that is cut off after any step leaves a whole database and a document that nobody restores, and the next one ends it", async (t) => {
  const dataDir = await temporaryFolder(t);
  const before = await openStore(t, { dataDir });
  await before.create(newDocument("a", { links: [newLink("a1", 1, { maxUses: 2 })] }));
  await before.create(newDocument("b"));
  await before.claimLink({ linkId: "a1", tokenHash: Buffer.alloc(32, 9), at: 5 });
  const updates = typing("x".repeat(1600));
  const large = [1, 2, 3, 4, 5].map((client) => stateOf("y".repeat(700_000), client));
  const log = writtenBy("a1", entries("a", [...updates, ...large, ...typing("z".repeat(40))]));
  await appendAsRows(before, log.slice(0, 700));
  await before.compact("a", 600);
  await before.append(log.slice(700, 1500));
  await appendAsRows(before, log.slice(1500));
  await before.setDeleted("a", 10);
  await before.close();
  const steps = await countSteps(dataDir);
  assert.ok(steps > 5, `${steps} steps`);
  const store = await openStore(t, { dataDir });
  assert.equal(await store.setDeleted("a", null), false);
  assert.deepEqual({ ...(await store.deletedBefore(20, 1))[0] }, { id: "a", deletedAt: 0 });
  assert.equal(await store.purge("a", 20), true);
  assert.equal(await store.find("a"), undefined);
  assert.ok(await store.find("b"));
});

/** Takes all steps of the removal of `a` but the last, and verifies after each. */
async function countSteps(dataDir: string): Promise<number> {
  const connection = connect({ dataDir, maxBytes: undefined });
  try {
    const removal = new RemovalSteps(connection);
    for (let steps = 0; ; steps += 1) {
      const { updates, problems } = verify({ path: databaseIn(dataDir) });
      assert.deepEqual(problems, [], `after ${steps} steps, with ${updates} updates left`);
      if (Number(String(rowsIn(dataDir, "links"))) === 0) return steps;
      assert.equal(removal.step("a", 20), "more");
    }
  } finally {
    connection.close();
  }
}

test("[P77] what was purged is nowhere in the database file, not in unused pages either", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  for (const id of ["a", "b"]) await store.create(newDocument(id));
  const numbers = Array.from({ length: 600 }, (_, n) => n + 1);
  for (const [id, word] of Object.entries({ a: "confidential", b: "published" })) {
    const states = numbers.map((n) => stateOf(`${word} number ${n}`, n));
    await appendAsRows(store, entries(id, states));
    // What is packed leaves unused pages, too.
    await store.compact(id, 500);
  }
  await store.setDeleted("a", 1);
  assert.equal(await store.purge("a", 2), true);
  await store.close();
  const file = await readFile(databaseIn(dataDir), "latin1");
  assert.ok(file.includes("published number"));
  assert.ok(!file.includes("confidential"));
});

test("[P78] names of authors that were purged can be written again, and stay those of who wrote", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  const write = async (id: string, author: string) => {
    await store.create(newDocument(id, { links: [newLink(author, author.charCodeAt(0))] }));
    await store.append(writtenBy(author, entries(id, typing("xy"))));
  };
  await write("a", "link of a");
  await store.setDeleted("a", 1);
  await store.purge("a", 2);
  await write("b", "other of b");
  await write("a", "link of a");
  for (const [id, author] of Object.entries({ a: "link of a", b: "other of b" })) {
    const authors = logOf(dataDir, id).map((each) => each.author);
    assert.deepEqual(authors, [author, author]);
  }
  assert.deepEqual(verify({ path: databaseIn(dataDir) }).problems, []);
});

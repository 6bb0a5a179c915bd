/** Several nodes on one Postgres: they start together, number together and clean up together. */
import assert from "node:assert/strict";
import test, { after, type TestContext } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { openPostgresStore, type PostgresStore } from "../../persistence/postgres/client.ts";
import type { LoggedEntry } from "../../persistence/shared-store.ts";
import {
  CREATED_AT,
  entries,
  entry,
  newDocument,
  newLink,
  plain,
  rejection,
  textOf,
  typing,
} from "../contract/sample-documents.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { type Random, randomFrom, seeded } from "../helpers/random.ts";
import { ask, logOf, openStore, openStores } from "./postgres-fixtures.ts";

const postgres = await startPostgres({ after });

/** So many nodes on a database of their own. */
async function nodes(t: TestContext, count: number): Promise<PostgresStore[]> {
  return openStores(t, await postgres.createDatabase(), count);
}

test("[Y1] nodes that start together on an empty database all come up, and one brings it up to date", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const stores = await openStores(t, databaseUrl, 8);
  await stores[0]?.create(newDocument("a"));
  for (const store of stores) assert.equal((await store.find("a"))?.id, "a");
  assert.equal((await ask(databaseUrl, "SELECT version FROM quire_version")).length, 1);
});

test("[Y2] a database of a later version is refused untouched", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const [store] = await openStores(t, databaseUrl, 1);
  await store?.close();
  await ask(databaseUrl, "UPDATE quire_version SET version = 1000");
  const tables = "SELECT table_name, column_name FROM information_schema.columns ORDER BY 1, 2";
  const before = await ask(databaseUrl, tables);
  const refused = await rejection(openPostgresStore({ databaseUrl, nodeId: "a" }), "newer");
  assert.match(refused.hint ?? "", /newer Quire/);
  assert.deepEqual(await ask(databaseUrl, tables), before);
  assert.deepEqual(await ask(databaseUrl, "SELECT version FROM quire_version"), [
    { version: 1000 },
  ]);
});

test("[Y3] the tables are in the first schema of the connection's search path", async () => {
  const databaseUrl = await postgres.createDatabase();
  await ask(databaseUrl, "CREATE SCHEMA apart");
  const url = `${databaseUrl}?options=${encodeURIComponent("-c search_path=apart")}`;
  const store = await openPostgresStore({ databaseUrl: url, nodeId: "a" });
  await store.create(newDocument("a"));
  await store.close();
  assert.deepEqual(await ask(databaseUrl, "SELECT id FROM apart.documents"), [{ id: "a" }]);
});

test("[Y4] nodes number what they append to the same documents together: without a gap, in the order of commit", async (t) => {
  const random = seeded(t);
  const stores = await nodes(t, 3);
  const ids = ["a", "b", "c", "d"];
  for (const id of ids) await stores[0]?.create(newDocument(id));
  const promised = new Map(ids.map((id) => [id, new Map<number, string>()]));
  let isDone = false;
  const reading = Promise.all(ids.map((id) => readSteadily(stores[2], id, () => isDone)));
  const writers = [0, 1, 0, 1].map((node, writer) =>
    appendAtRandom(stores[node], { random: randomFrom(random.int(1e9)), writer, ids, promised }),
  );
  await Promise.all(writers);
  isDone = true;
  const read = await reading;
  for (const [index, id] of ids.entries()) {
    const log = read[index] ?? [];
    assert.deepEqual(
      log.map(({ seq }) => seq),
      log.map((_, n) => n + 1),
    );
    const names = promised.get(id) ?? new Map<number, string>();
    assert.deepEqual(new Map(log.map((one) => [one.seq, nameOf(one)])), names);
    assert.equal((await stores[0]?.load(id))?.seq, log.length);
  }
});

/** Batches over some documents in any order, each entry with a name of its own. */
async function appendAtRandom(
  store: PostgresStore | undefined,
  options: {
    readonly random: Random;
    readonly writer: number;
    readonly ids: readonly string[];
    readonly promised: ReadonlyMap<string, Map<number, string>>;
  },
): Promise<void> {
  const { random, writer, ids, promised } = options;
  for (let round = 0; round < 150; round += 1) {
    const batch = Array.from({ length: 1 + random.int(4) }, (_, n) => {
      const name = `${writer} ${round} ${n}`;
      return { ...entry(random.pick(ids), round, Buffer.from(name)), author: name };
    });
    const numbers = (await store?.append(batch)) ?? [];
    for (const [n, { documentId, author }] of batch.entries()) {
      const known = promised.get(documentId);
      assert.ok(!known?.has(numbers[n] ?? 0), "each number once");
      known?.set(numbers[n] ?? 0, author);
    }
  }
}

/** What a node sees that follows the log while others write: whoever reads a number has all below it. */
async function readSteadily(
  store: PostgresStore | undefined,
  id: string,
  isDone: () => boolean,
): Promise<LoggedEntry[]> {
  const seen: LoggedEntry[] = [];
  for (let isLast = false; ;) {
    const stretch = await store?.entriesAfter(id, seen.length, 100);
    for (const one of stretch?.entries ?? []) {
      assert.equal(one.seq, seen.length + 1, "nothing appears below what was read");
      seen.push(one);
    }
    if (isLast && stretch?.entries.length === 0) return seen;
    isLast = isDone();
    await turn();
  }
}

function nameOf({ author, update }: LoggedEntry): string {
  assert.equal(Buffer.from(update).toString(), author);
  return author;
}

test("[Y5] heads name number, epoch and access of the documents that there are", async (t) => {
  const [one, other] = await nodes(t, 2);
  for (const id of ["a", "b"]) await one?.create(newDocument(id));
  await other?.append(entries("b", typing("abc")));
  const heads = (await one?.heads(["b", "none", "a"])) ?? [];
  assert.deepEqual(
    heads.toSorted((left, right) => left.id.localeCompare(right.id)),
    [
      { id: "a", seq: 0, epoch: 1, access: 0 },
      { id: "b", seq: 3, epoch: 1, access: 0 },
    ],
  );
  assert.deepEqual(await one?.heads([]), []);
});

test("[Y6] access grows with each change of who may do what, and with nothing else", async (t) => {
  const [one, other] = await nodes(t, 2);
  assert.ok(one && other);
  await one.create(newDocument("a", { links: [newLink("a1", 1)] }));
  const tokenHash = Buffer.alloc(32, 9);
  const silent = [
    () => one.append([entry("a", 1, Uint8Array.of(0, 0))]),
    () => one.countUses([{ linkId: "a1", count: 1, at: 1 }]),
    () => one.claimLink({ linkId: "a1", tokenHash, at: 1 }),
    () => one.compact("a", 1),
    () => one.setDeleted("a", 5, 9),
  ];
  const told = [
    () => one.addLink("a", newLink("a2", 2)),
    () => one.changeLink("a", "a2", { role: "view" }),
    () => one.changeLink("a", "a1", { password: "new" }),
    () => one.changeLink("a", "a2", { revokedAt: 1 }),
    () => one.acceptLoss("a", 1),
    () => one.setDeleted("a", 7),
  ];
  const access = async () => (await other.heads(["a"]))[0]?.access ?? -1;
  const last = silent.pop();
  for (const [steps, grows] of [
    [silent, false],
    [told, true],
    [[last], false],
  ] as const) {
    for (const step of steps) {
      const before = await access();
      await step?.();
      assert.equal((await access()) > before, grows, String(step));
    }
  }
  assert.equal((await other.findLink(newLink("a1", 1).tokenHash))?.access, await access());
});

test("[Y7] the log is read on from any number, in pieces, whether it lies in rows or in runs", async (t) => {
  const random = seeded(t);
  const [one, other] = await nodes(t, 2);
  assert.ok(one && other);
  await one.create(newDocument("a"));
  const updates = typing("x".repeat(900));
  await one.append(entries("a", updates.slice(0, 700)));
  await one.compact("a", 650);
  await one.append(entries("a", updates.slice(700), 701));
  for (let round = 0; round < 20; round += 1) {
    const from = random.int(900);
    const log = await logOf(other, "a", { from, mostBytes: 1 + random.int(5000) });
    assert.deepEqual(
      log.map(({ seq }) => seq),
      updates.slice(from).map((_, n) => from + 1 + n),
    );
    assert.deepEqual(
      log.map(({ update }) => plain(update)),
      updates.slice(from).map(plain),
    );
    assert.deepEqual(
      log.map(({ at }) => at),
      log.map(({ seq }) => CREATED_AT + seq),
    );
    assert.deepEqual(
      log.map(({ author }) => author),
      log.map(({ seq }) => `author ${seq % 3}`),
    );
  }
  assert.deepEqual(await other.entriesAfter("a", 900, 10), { entries: [], upTo: 900 });
  assert.deepEqual(await other.entriesAfter("none", 3, 10), { entries: [], upTo: 3 });
});

test("[Y8] a document is folded by one node at a time, while others write", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const [one, other, third] = await openStores(t, databaseUrl, 3);
  assert.ok(one && other && third);
  await one.create(newDocument("a"));
  const text = "Folded by whoever comes first. ".repeat(60);
  const updates = typing(text);
  const half = updates.length / 2;
  await one.append(entries("a", updates.slice(0, half)));
  const folding = Promise.all([one, other, third, one].map((node) => node.compact("a", half)));
  for (const [n, update] of updates.entries()) {
    if (n >= half) await third.append([entry("a", n + 1, update)]);
  }
  await folding;
  for (const node of [one, other]) await node.compact("a", text.length);
  const stored = await third.load("a");
  assert.deepEqual([stored?.tail.length, stored?.damage, textOf(stored)], [0, undefined, text]);
  assert.deepEqual(
    (await logOf(other, "a")).map(({ update }) => plain(update)),
    updates.map(plain),
  );
  const [left] = await ask<{ rows: string }>(databaseUrl, "SELECT count(*) AS rows FROM updates");
  assert.ok(Number(left?.rows) <= 256, `${left?.rows} rows are left`);
});

test("[Y9] tokens of a link are counted exactly, at however many nodes they are asked for", async (t) => {
  const stores = await nodes(t, 3);
  await stores[0]?.create(newDocument("a", { links: [newLink("a1", 1, { maxUses: 5 })] }));
  const claims = stores.flatMap((store, node) =>
    Array.from({ length: 10 }, (_, n) =>
      store.claimLink({ linkId: "a1", tokenHash: Buffer.alloc(32, 50 + 10 * node + n), at: n }),
    ),
  );
  const outcomes = await Promise.all(claims);
  assert.equal(outcomes.filter(Boolean).length, 5);
  assert.equal((await stores[1]?.links("a"))?.[0]?.claims, 5);
});

test("[Y10] uses that are counted on several nodes at once add up", async (t) => {
  const stores = await nodes(t, 3);
  const links = [newLink("a1", 1), newLink("a2", 2)];
  await stores[0]?.create(newDocument("a", { links }));
  const rounds = stores.flatMap((store) =>
    Array.from({ length: 20 }, (_, n) =>
      countAll(store, n % 2 === 0 ? ["a1", "a2", "a1"] : ["a2", "a1", "none"]),
    ),
  );
  await Promise.all(rounds);
  const counted = await stores[0]?.links("a");
  assert.deepEqual(
    counted?.map(({ uses }) => uses),
    [90, 60],
  );
});

function countAll(store: PostgresStore, ids: readonly string[]): Promise<void> {
  return store.countUses(ids.map((linkId) => ({ linkId, count: 1, at: 7 })));
}

test("[Y11] nodes that ask for a secret at once get the same", async (t) => {
  const stores = await nodes(t, 3);
  const secrets = await Promise.all(stores.map((store) => store.secret("one")));
  assert.equal(secrets[0]?.length, 32);
  assert.equal(new Set(secrets.map((secret) => Buffer.from(secret).toString("hex"))).size, 1);
});

test("[Y12] two nodes remove a document together: it is gone, and one says that it did it", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const [one, other] = await openStores(t, databaseUrl, 2);
  assert.ok(one && other);
  await one.create(newDocument("a", { links: [newLink("a1", 1)] }));
  await one.append(entries("a", typing("x".repeat(5000))));
  await one.compact("a", 3000);
  await one.setDeleted("a", 10);
  const removals = await Promise.all([one, other, one].map((node) => node.purge("a", 11)));
  assert.equal(removals.filter(Boolean).length, 1);
  for (const table of ["documents", "links", "updates", "runs", "snapshots"]) {
    assert.deepEqual(await ask(databaseUrl, `SELECT FROM ${table}`), [], table);
  }
});

test("[Y26] text that Postgres has no place for is kept with a mark in its place, and names nothing", async (t) => {
  const [store] = await nodes(t, 1);
  await store?.create(newDocument("a", { links: [newLink("a1", 1, { label: "x\0y" })] }));
  assert.equal((await store?.links("a"))?.[0]?.label, "x\uFFFDy");
  const changed = await store?.changeLink("a", "a1", { label: "\0" });
  assert.equal(changed?.label, "\uFFFD");
  assert.equal(await store?.find("a\0"), undefined);
  assert.equal(await store?.changeLink("a", "a1\0", { label: "z" }), undefined);
  assert.deepEqual(await store?.describe(["a\0"]), []);
});

test("[Y64] half a character is kept as a mark in its place, wherever it stands", async (t) => {
  const [store] = await nodes(t, 1);
  const half = "x\ud83d";
  await store?.create(newDocument("a", { links: [newLink("a1", 1, { label: half })] }));
  assert.equal((await store?.links("a"))?.[0]?.label, "x\uFFFD");
  const changed = await store?.changeLink("a", "a1", { label: `${half}y` });
  assert.equal(changed?.label, "x\uFFFDy");
  assert.equal(await store?.find(half), undefined);
  assert.deepEqual(await store?.describe([half]), []);
});

test("[Y27] more than one statement may bring is kept in several, each batch whole", async (t) => {
  let commits = 0;
  const databaseUrl = await postgres.createDatabase();
  const onCommit = () => (commits += 1);
  const store = await openStore(t, { databaseUrl, onCommit, commitIntervalMs: 50 });
  const ids = Array.from({ length: 12 }, (_, n) => `d${n}`);
  for (const id of ids) await store.create(newDocument(id));
  const large = new Uint8Array(2_000_000).fill(7);
  const numbers = await Promise.all(
    ids.map((id) => store.append([entry(id, 1, large), entry(id, 2, Uint8Array.of(1))])),
  );
  assert.deepEqual(
    numbers,
    ids.map(() => [1, 2]),
  );
  assert.ok(commits <= 2, "they came together");
  for (const id of ids) {
    const tail = (await store.load(id))?.tail ?? [];
    assert.deepEqual(
      tail.map(({ length }) => length),
      [large.length, 1],
    );
  }
});

test("[Y28] closing waits for the questions that were asked before", async (t) => {
  const [store] = await nodes(t, 1);
  assert.ok(store);
  await store.create(newDocument("a"));
  const asked = Array.from({ length: 60 }, () => store.load("a"));
  await store.close();
  for (const stored of await Promise.all(asked)) assert.equal(stored?.seq, 0);
});

test("[Y13] what is appended while a document is removed is removed with it or refused", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const [one, other] = await openStores(t, databaseUrl, 2);
  assert.ok(one && other);
  await one.create(newDocument("a"));
  await one.append(entries("a", typing("x".repeat(6000))));
  await one.setDeleted("a", 10);
  const removal = one.purge("a", 11).then(() => "removed" as const);
  for (;;) {
    const append = other.append([entry("a", 1, Uint8Array.of(1))]).then(
      () => "kept",
      (error: unknown) => rejection(Promise.reject(error), "conflict"),
    );
    if ((await append) !== "kept") break;
  }
  await removal;
  assert.deepEqual(await ask(databaseUrl, "SELECT FROM updates"), []);
});

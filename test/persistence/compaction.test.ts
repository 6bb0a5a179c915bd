/** Compaction holds up nobody, in whichever thread it is and however that ends. */
import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import test, { type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { FoldingLink } from "../../persistence/folding-link.ts";
import { pack } from "../../persistence/packing.ts";
import { verify } from "../../persistence/sqlite/verify.ts";
import type { Store } from "../../persistence/store.ts";
import {
  entries,
  entry,
  newDocument,
  rejection,
  textOf,
  typing,
} from "../contract/sample-documents.ts";
import { seeded } from "../helpers/random.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { startStoreProcess } from "./killed-process.ts";
import { appendAsRows, databaseIn, openStore, read, runsOf } from "./sqlite-fixtures.ts";

const TEXT = "All work is folded away from where it is written. ".repeat(200);

/** A store with `a`, `TEXT` of one update a character, and `b`, empty. */
async function withLargeDocument(t: TestContext, dataDir: string): Promise<Store> {
  const store = await openStore(t, { dataDir });
  for (const id of ["a", "b"]) await store.create(newDocument(id));
  await appendAsRows(store, entries("a", typing(TEXT)));
  return store;
}

test("[P41] while a large document is folded and packed, commits of others get through", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await withLargeDocument(t, dataDir);
  const compaction = store.compact("a", TEXT.length);
  const end = compaction.then(() => undefined);
  /** How far compaction was when a commit of `b` had come through. */
  const moments = new Set<string>();
  for (let seq = 1; ; seq += 1) {
    const commit = store.append([entry("b", seq, Uint8Array.of(1))]).then(() => "through");
    if (!(await Promise.race([end, commit]))) break;
    moments.add(progressOf(dataDir));
  }
  await compaction;
  t.diagnostic([...moments].join("; "));
  assert.ok(moments.has("a snapshot up to 0 and 0 runs"), "while it was folded");
  assert.ok(moments.size >= 5, "between the steps of packing");
  assert.equal(textOf(await store.load("a")), TEXT);
  for (const { seqs } of runsOf(dataDir, 1)) assert.ok(seqs.length <= 500);
});

test("[P42] the folding thread starts with the first compaction, and ends without work or with the store", async (t) => {
  const threads = threadsOf(t);
  const folding = new FoldingLink(1);
  t.after(() => folding.close());
  for (const count of [1, 2]) {
    await folding.fold("a", [pack(typing("word"))]);
    assert.equal(threads.length, count);
    await until(() => threads.every(hasEnded), { what: "the thread ends" });
  }
  threads.length = 0;
  const store = await openStore(t);
  await store.create(newDocument("a"));
  await store.append(entries("a", typing("word")));
  assert.equal(threads.length, 1);
  for (const seq of [2, 4]) await store.compact("a", seq);
  assert.equal(threads.length, 2);
  await store.close();
  assert.ok(threads.every(hasEnded));
});

test("[P43] a folding thread that dies fails its compaction alone, and the next one works", async (t) => {
  const threads = threadsOf(t);
  const store = await withLargeDocument(t, await temporaryFolder(t));
  const failed = rejection(store.compact("a", TEXT.length), "failing");
  const next = store.compact("a", 100);
  await until(() => threads.length === 2, { what: "the folding thread starts" });
  await threads[1]?.terminate();
  assert.match((await failed).hint ?? "", /log is complete/);
  await next;
  await store.append([entry("b", 1, Uint8Array.of(1))]);
  assert.equal((await store.load("a"))?.tail.length, TEXT.length - 100);
  await store.compact("a", TEXT.length);
  assert.equal(textOf(await store.load("a")), TEXT);
  const left = rejection(store.compact("a", TEXT.length), "closed");
  await store.close();
  await left;
});

test("[P46] killed at any moment of a compaction the database is whole, and the next one goes on", async (t) => {
  const random = seeded(t);
  const dataDir = await temporaryFolder(t);
  for (let kill = 1; kill <= 6; kill += 1) {
    const compacting = startStoreProcess(t, "compact", dataDir);
    await compacting.said(2 + random.int(2));
    if (kill % 2 === 0) {
      const before = progressOf(dataDir);
      await until(() => progressOf(dataDir) !== before, { what: "a step is done" });
    } else await pause(random.int(200));
    await compacting.kill();
    const promised = Number(compacting.lines.at(-1));
    const { updates, problems } = verify({ path: databaseIn(dataDir) });
    assert.deepEqual(problems, []);
    assert.ok(updates >= promised, `${promised} were promised, ${updates} are there`);
    t.diagnostic(`kill ${kill}: ${updates} updates, ${progressOf(dataDir)}`);
  }
  const store = await openStore(t, { dataDir });
  const { seq = 0 } = (await store.load("a")) ?? {};
  await store.compact("a", seq);
  const [[left]] = read(dataDir, "SELECT count(*) FROM updates") as [[number]];
  assert.ok(left <= 256, `${left} rows are left`);
  assert.equal(textOf(await store.load("a")), "x".repeat(seq));
});

function progressOf(dataDir: string): string {
  const sql = `SELECT (SELECT coalesce(max(seq), 0) FROM snapshots), count(*) FROM runs`;
  const [[upTo, runs]] = read(dataDir, sql) as [[number, number]];
  return `a snapshot up to ${upTo} and ${runs} runs`;
}

/** The threads that are started from here on. */
function threadsOf(t: TestContext): Worker[] {
  const threads: Worker[] = [];
  const keep = (message: unknown) => void threads.push((message as { worker: Worker }).worker);
  subscribe("worker_threads", keep);
  t.after(() => unsubscribe("worker_threads", keep));
  return threads;
}

function hasEnded({ threadId }: Worker): boolean {
  return threadId === -1;
}

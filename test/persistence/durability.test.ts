/** What was promised to be on disk is there, whatever happens to the process or the disk. */
import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readdir } from "node:fs/promises";
import test from "node:test";
import type { Worker } from "node:worker_threads";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { connect } from "../../persistence/sqlite/connection.ts";
import type { Store } from "../../persistence/store.ts";
import type { StoreError } from "../../persistence/store-error.ts";
import {
  entries,
  entry,
  newDocument,
  newLink,
  plain,
  rejection,
  textOf,
  typing,
} from "../contract/sample-documents.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { killedUpdate, startStoreProcess } from "./killed-process.ts";
import { openStore } from "./sqlite-fixtures.ts";

test("[P23] everything is there after closing and opening again, in one file", async (t) => {
  const dataDir = await temporaryFolder(t);
  const before = await openStore(t, { dataDir });
  await before.create(newDocument("a", { links: [newLink("a1", 1)] }));
  await before.append(entries("a", typing("hello")));
  await before.compact("a", 3);
  const stored = await before.load("a");
  await before.close();
  assert.deepEqual(
    (await readdir(dataDir)).filter((name) => /sqlite/.test(name)),
    ["quire.sqlite"],
  );
  const after = await openStore(t, { dataDir });
  assert.deepEqual(await after.load("a"), stored);
  assert.equal(textOf(stored), "hello");
  assert.equal((await after.findLink(new Uint8Array(32).fill(1)))?.documentId, "a");
});

test("[P24] an append that resolved survives kill -9", async (t) => {
  const dataDir = await temporaryFolder(t);
  const writer = startStoreProcess(t, "append", dataDir);
  await writer.said(50);
  await writer.kill();
  const promised = Math.max(...writer.lines.slice(1).map(Number));
  const store = await openStore(t, { dataDir });
  const stored = await store.load("a");
  assert.ok(
    stored && stored.seq >= promised,
    `${promised} were promised, ${stored?.seq} are there`,
  );
  for (const [index, update] of stored.tail.entries()) {
    assert.deepEqual(plain(update), plain(killedUpdate(index + 1)));
  }
  await store.append([entry("a", stored.seq + 1, Uint8Array.of(1))]);
});

test("[P25] a commit waits until the disk has it", async (t) => {
  const dataDir = await temporaryFolder(t);
  const connection = connect({ dataDir, maxBytes: undefined });
  t.after(() => connection.close());
  const FULL = 2;
  assert.equal(connection.pragma("synchronous", { simple: true }), FULL);
  assert.equal(connection.pragma("journal_mode", { simple: true }), "wal");
  assert.equal(connection.pragma("foreign_keys", { simple: true }), 1);
});

test("[P26] a full disk refuses a commit as full, and the store works on", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir, maxBytes: 128 * 1024 });
  for (const id of ["a", "b"]) await store.create(newDocument(id));
  const large = new Uint8Array(1024 * 1024);
  const error = await rejection(store.append([entry("b", 1, large)]), "full");
  assert.match(error.hint ?? "", /space/);
  assert.match(String(error.cause), /SQLITE_FULL/);
  await rejection(
    store.create(newDocument("c", { first: { author: "x", update: large } })),
    "full",
  );
  assert.equal(await store.find("c"), undefined);
  await store.append([entry("a", 1, Uint8Array.of(1))]);
  await store.close();
  const roomy = await openStore(t, { dataDir });
  await roomy.append([entry("b", 1, large)]);
  assert.deepEqual([(await roomy.load("a"))?.seq, (await roomy.load("b"))?.seq], [1, 1]);
});

test("[P40] a batch that does not fit is refused alone, and what shares its commit is kept", async (t) => {
  const groups: number[] = [];
  const store = await openStore(t, {
    maxBytes: 128 * 1024,
    onCommit: (batches) => groups.push(batches),
  });
  for (const id of ["a", "b", "c"]) await store.create(newDocument(id));
  const small = Uint8Array.of(1);
  const results = await Promise.allSettled([
    store.append([entry("a", 1, small)]),
    store.append([entry("b", 1, new Uint8Array(1024 * 1024))]),
    store.append([entry("d", 7, small)]),
    store.append([entry("c", 1, small)]),
  ]);
  assert.deepEqual(results.map(codeOf), ["kept", "full", "conflict", "kept"]);
  assert.deepEqual(groups, [2]);
  const lengths = ["a", "b", "c"].map(async (id) => (await store.load(id))?.seq);
  assert.deepEqual(await Promise.all(lengths), [1, 0, 1]);
});

test(
  "[P27] when the store's thread dies, everything is rejected as failing and nothing hangs",
  {
    timeout: 10_000,
  },
  async (t) => {
    const dataDir = await temporaryFolder(t);
    const { store, thread } = await openWithThread(dataDir);
    await store.create(newDocument("a"));
    const waiting = rejection(store.append([entry("a", 1, Uint8Array.of(1))]), "failing");
    await thread.terminate();
    assert.match((await waiting).hint ?? "", /Restart/);
    await rejection(store.append([entry("a", 1, Uint8Array.of(1))]), "failing");
    await rejection(store.load("a"), "failing");
    await store.close();
    await rejection(store.load("a"), "closed");
    const next = await openStore(t, { dataDir });
    await next.append([entry("a", 1, Uint8Array.of(1))]);
  },
);

function codeOf(result: PromiseSettledResult<unknown>): string {
  return result.status === "rejected" ? (result.reason as StoreError).code : "kept";
}

/** A store together with the thread it started. Not closed with the test: were it to hang, so would that. */
async function openWithThread(dataDir: string): Promise<{ store: Store; thread: Worker }> {
  const threads: Worker[] = [];
  const keep = (message: unknown) => void threads.push((message as { worker: Worker }).worker);
  subscribe("worker_threads", keep);
  const store = await openSqliteStore({ dataDir });
  unsubscribe("worker_threads", keep);
  const [thread] = threads;
  assert.ok(thread);
  return { store, thread };
}

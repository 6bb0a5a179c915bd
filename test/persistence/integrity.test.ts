/** Damaged rows are set aside and told, and never hidden by compaction; all others are loaded. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Store } from "../../persistence/store.ts";
import {
  entries,
  newDocument,
  rebuilt,
  rejection,
  textOf,
  typing,
} from "../contract/sample-documents.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { flip, openStore, tamper } from "./sqlite-fixtures.ts";

/** A store whose document `a`, "hello" with a snapshot up to 2, was damaged; `b` was not. */
async function damaged(t: TestContext, sql: string): Promise<Store> {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  for (const id of ["a", "b"]) {
    await store.create(newDocument(id));
    await store.append(entries(id, typing("hello")));
    await store.compact(id, 2);
  }
  await store.close();
  tamper(dataDir, sql);
  return openStore(t, { dataDir });
}

/** Each as SQL, and what is left: the text, and how many updates it lacks. */
const DAMAGE: Record<string, { sql: string; text: string; updates: number; snapshot?: true }> = {
  "[P28] an update that does not match its checksum is set aside, and all others are loaded": {
    sql: `UPDATE updates SET bytes = ${flip("bytes")} WHERE document = 1 AND seq = 5`,
    text: "hell",
    updates: 1,
  },
  "[P29] in place of a snapshot that does not match its checksum the whole log is loaded": {
    sql: `UPDATE snapshots SET bytes = ${flip("bytes")} WHERE document = 1`,
    text: "hello",
    updates: 0,
    snapshot: true,
  },
  "[P30] what is missing in the middle is told, and all else is loaded": {
    sql: "DELETE FROM updates WHERE document = 1 AND seq = 4",
    text: "hel",
    updates: 1,
  },
  "[P31] what a log lacks at its beginning is told": {
    sql: `DELETE FROM snapshots WHERE document = 1;
      DELETE FROM updates WHERE document = 1 AND seq = 1`,
    text: "",
    updates: 1,
  },
};

for (const [rule, { sql, text, updates, snapshot = false }] of Object.entries(DAMAGE)) {
  test(rule, async (t) => {
    const store = await damaged(t, sql);
    const stored = await store.load("a");
    assert.equal(textOf(stored), text);
    assert.deepEqual([stored?.seq, stored?.damage], [5, { updates, snapshot }]);
    assert.deepEqual(
      [textOf(await store.load("b")), (await store.load("b"))?.damage],
      ["hello", undefined],
    );
  });
}

test("[P32] a log that ends before its snapshot goes on after it", async (t) => {
  const store = await damaged(t, "DELETE FROM updates WHERE document = 1 AND seq > 1");
  const stored = await store.load("a");
  assert.deepEqual([stored?.seq, textOf(stored), stored?.damage], [2, "he", undefined]);
  await store.append(entries("a", typing("l", rebuilt(stored)), 3));
  assert.equal(textOf(await store.load("a")), "hel");
});

test("[P39] what is lost is folded over only when that was accepted, and then told no more", async (t) => {
  const store = await damaged(t, DAMAGE[Object.keys(DAMAGE)[0] ?? ""]?.sql ?? "");
  const error = await rejection(store.compact("a", 5), "corrupt");
  assert.match(error.message, /document a\b/);
  assert.match(error.hint ?? "", /backup/);
  assert.equal((await store.load("a"))?.damage?.updates, 1);
  await store.acceptLoss("a", 5);
  assert.equal((await store.load("a"))?.damage, undefined);
  await store.compact("a", 5);
  const stored = await store.load("a");
  assert.deepEqual([stored?.seq, textOf(stored), stored?.tail.length], [5, "hell", 0]);
});

test("[P33] an update that does not decode fails its compaction and changes nothing", async (t) => {
  const store = await openStore(t);
  await store.create(newDocument("a"));
  const [first = new Uint8Array()] = typing("x");
  await store.append(entries("a", [first, Uint8Array.of(1, 1, 255, 255)]));
  const error = await rejection(store.compact("a", 2), "corrupt");
  assert.ok(error.cause instanceof Error);
  const stored = await store.load("a");
  assert.deepEqual([stored?.seq, stored?.snapshot, stored?.tail.length], [2, undefined, 2]);
});

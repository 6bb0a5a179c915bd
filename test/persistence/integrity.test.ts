/** Damaged data is never taken for a document: not blank, not in part, not by compaction. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Store } from "../../persistence/store.ts";
import { entries, newDocument, rejection, textOf, typing } from "../contract/sample-documents.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { openStore, tamper } from "./sqlite-fixtures.ts";

/** `flip` changes the last byte of what it is given. */
const flip = (bytes: string) => `CAST(substr(${bytes}, 1, length(${bytes}) - 1) || x'ff' AS BLOB)`;

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

const DAMAGE = {
  "[P28] an update that does not match its checksum makes its document corrupt": `
    UPDATE updates SET bytes = ${flip("bytes")} WHERE document = 1 AND seq = 4`,
  "[P29] a snapshot that does not match its checksum makes its document corrupt": `
    UPDATE snapshots SET bytes = ${flip("bytes")} WHERE document = 1`,
  "[P30] an update that is missing in the middle makes its document corrupt": `
    DELETE FROM updates WHERE document = 1 AND seq = 4`,
  "[P31] a log that begins too late makes its document corrupt": `
    DELETE FROM snapshots WHERE document = 1; DELETE FROM updates WHERE document = 1 AND seq = 1`,
  "[P32] a log that ends before its snapshot makes its document corrupt": `
    DELETE FROM updates WHERE document = 1 AND seq > 1`,
};

for (const [rule, sql] of Object.entries(DAMAGE)) {
  test(rule, async (t) => {
    const store = await damaged(t, sql);
    const error = await rejection(store.load("a"), "corrupt");
    assert.match(error.message, /document a\b/);
    assert.match(error.hint ?? "", /backup/);
    await rejection(store.compact("a", 5), "corrupt");
    await rejection(store.load("a"), "corrupt");
    assert.equal(textOf(await store.load("b")), "hello");
  });
}

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

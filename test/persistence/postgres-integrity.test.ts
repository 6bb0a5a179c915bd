/** Damaged rows in Postgres are set aside and told, and never hidden by folding or packing. */
import assert from "node:assert/strict";
import test, { after, type TestContext } from "node:test";
import * as Y from "yjs";
import type { PostgresStore } from "../../persistence/postgres/client.ts";
import {
  entries,
  newDocument,
  plain,
  rebuilt,
  rejection,
  textOf,
  typing,
} from "../contract/sample-documents.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { seeded } from "../helpers/random.ts";
import { ask, logOf, openStore } from "./postgres-fixtures.ts";

const postgres = await startPostgres({ after });

const A = "(SELECT key FROM documents WHERE id = 'a')";

/** SQL for bytes with the last one changed. */
const FLIPPED =
  "set_byte(bytes, octet_length(bytes) - 1, 255 - get_byte(bytes, octet_length(bytes) - 1))";

/** A store whose document `a`, "hello" with a snapshot up to 2, was damaged; `b` was not. */
async function damaged(t: TestContext, sql: string): Promise<PostgresStore> {
  const databaseUrl = await postgres.createDatabase();
  const store = await openStore(t, { databaseUrl });
  for (const id of ["a", "b"]) {
    await store.create(newDocument(id));
    await store.append(entries(id, typing("hello")));
    await store.compact(id, 2);
  }
  await ask(databaseUrl, sql);
  return store;
}

/** Each as SQL, and what is left: the text, and how many updates it lacks. */
const DAMAGE: Record<string, { sql: string; text: string; updates: number; snapshot?: true }> = {
  "[Y21] an update that does not match its checksum is set aside, and all others are loaded (postgres)":
    {
      sql: `UPDATE updates SET bytes = ${FLIPPED} WHERE document = ${A} AND seq = 5`,
      text: "hell",
      updates: 1,
    },
  "[Y21] in place of a snapshot that does not match its checksum the whole log is loaded (postgres)":
    {
      sql: `UPDATE snapshots SET bytes = ${FLIPPED} WHERE document = ${A}`,
      text: "hello",
      updates: 0,
      snapshot: true,
    },
  "[Y21] what is missing in the middle is told, and all else is loaded (postgres)": {
    sql: `DELETE FROM updates WHERE document = ${A} AND seq = 4`,
    text: "hel",
    updates: 1,
  },
  "[Y21] what a log lacks at its end is told (postgres)": {
    sql: `DELETE FROM updates WHERE document = ${A} AND seq = 5`,
    text: "hell",
    updates: 1,
  },
};

for (const [rule, { sql, text, updates, snapshot = false }] of Object.entries(DAMAGE)) {
  test(rule, async (t) => {
    const store = await damaged(t, sql);
    const stored = await store.load("a");
    assert.equal(textOf(stored), text);
    assert.deepEqual(stored?.damage, { updates, snapshot });
    assert.equal(stored.seq, 5);
    assert.equal((await store.load("b"))?.damage, undefined);
  });
}

test("[Y22] folding never hides a loss that nobody has accepted (postgres)", async (t) => {
  const store = await damaged(t, `DELETE FROM updates WHERE document = ${A} AND seq = 4`);
  await rejection(store.compact("a", 5), "corrupt");
  assert.deepEqual((await store.load("a"))?.damage, { updates: 1, snapshot: false });
  await store.compact("b", 5);
  await store.acceptLoss("a", 5);
  await store.compact("a", 5);
  const stored = await store.load("a");
  assert.deepEqual([stored?.damage, textOf(stored), stored?.tail.length], [undefined, "hel", 0]);
  assert.deepEqual(await store.append(entries("a", typing("x"), 6)), [6]);
});

test("[Y23] whoever reads a log on gets nothing that is damaged, and is not held up by it", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const store = await openStore(t, { databaseUrl });
  await store.create(newDocument("a"));
  await store.append(entries("a", typing("x".repeat(1500))));
  await store.compact("a", 1200);
  await ask(databaseUrl, `UPDATE runs SET bytes = ${FLIPPED} WHERE last = 1000`);
  await ask(databaseUrl, `UPDATE updates SET bytes = ${FLIPPED} WHERE seq = 1300`);
  await ask(databaseUrl, "DELETE FROM updates WHERE seq > 1490");
  const seqs = (await logOf(store, "a")).map(({ seq }) => seq);
  const all = Array.from({ length: 1500 }, (_, index) => index + 1);
  assert.deepEqual(seqs, all.filter(isLeft));
  assert.equal((await store.entriesAfter("a", 1490, 10)).upTo, 1500);
});

/** Of 1500 updates without the second run, one row and the last ten. */
function isLeft(seq: number): boolean {
  return (seq <= 500 || seq > 1000) && seq !== 1300 && seq <= 1490;
}

test("[Y24] a packed log is the same log, whatever is in it", async (t) => {
  const random = seeded(t);
  const databaseUrl = await postgres.createDatabase();
  const store = await openStore(t, { databaseUrl });
  await store.create(newDocument("a"));
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  for (let round = 0; round < 4; round += 1) {
    const typed = typing("y".repeat(random.int(900)), doc);
    const added = [...typed, paste(doc, 200_000 + random.int(600_000))];
    await store.append(entries("a", added, updates.length + 1));
    updates.push(...added);
    await store.compact("a", random.int(updates.length + 1));
    const log = await logOf(store, "a", { mostBytes: 1 + random.int(100_000) });
    assert.deepEqual(
      log.map(({ seq }) => seq),
      updates.map((_, index) => index + 1),
    );
    for (const [index, { update }] of log.entries()) {
      assert.ok(Buffer.from(updates[index] ?? []).equals(update), `update ${index + 1}`);
    }
    assert.equal(textOf(await store.load("a")), doc.getText("content").toString());
  }
  assert.notEqual((await ask(databaseUrl, "SELECT FROM runs")).length, 0);
});

test("[Y25] a snapshot and a log that are larger than one answer load whole", async (t) => {
  const store = await openStore(t, { databaseUrl: await postgres.createDatabase() });
  await store.create(newDocument("a"));
  const doc = new Y.Doc();
  const updates = [paste(doc, 2_500_000), paste(doc, 1_500_000), paste(doc, 10)];
  await store.append(entries("a", updates));
  assert.deepEqual((await store.load("a"))?.tail.map(plain), updates.map(plain));
  await store.compact("a", 2);
  const stored = await store.load("a");
  assert.ok((stored?.snapshot?.length ?? 0) > 4_000_000);
  assert.equal(stored?.damage, undefined);
  assert.equal(textOf(stored), doc.getText("content").toString());
  assert.deepEqual(Y.encodeStateVector(rebuilt(stored)), Y.encodeStateVector(doc));
});

/** One update that brings so many characters. */
function paste(doc: Y.Doc, length: number): Uint8Array {
  const before = Y.encodeStateVector(doc);
  doc.getText("content").insert(0, "p".repeat(length));
  return Y.encodeStateAsUpdate(doc, before);
}

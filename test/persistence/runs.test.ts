/** A log that is packed is the same log in less room. */
import assert from "node:assert/strict";
import test from "node:test";
import * as Y from "yjs";
import { verify } from "../../persistence/sqlite/verify.ts";
import { entries, newDocument, textOf, typing } from "../contract/sample-documents.ts";
import { history, updatesOf } from "../helpers/histories.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { stateOf } from "./command.ts";
import {
  appendAsRows,
  databaseIn,
  flip,
  logOf,
  openStore,
  read,
  runsOf,
  tamper,
} from "./sqlite-fixtures.ts";

test("[P34] the log outlives compaction: every entry with its author, time and bytes", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a"));
  const given = entries("a", typing("word ".repeat(250)));
  // Clocks may be set back.
  const log = given.map((entry, n) => Object.assign(entry, { at: entry.at - (n % 5) * 100 }));
  await store.append(log);
  const before = logOf(dataDir, "a");
  assert.deepEqual(before, log);
  await store.compact("a", 600);
  assert.deepEqual(logOf(dataDir, "a"), log);
  await store.compact("a", 1250);
  assert.deepEqual(logOf(dataDir, "a"), log);
  assert.ok(runsOf(dataDir, 1).length > 1);
  assert.equal((await store.find("a"))?.updatedAt, log.at(-1)?.at);
});

test("[P44] what a snapshot holds is packed in bounded runs; the newest, the largest and a few stay", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  for (const id of ["a", "b"]) await store.create(newDocument(id));
  await appendAsRows(store, entries("a", typing("x".repeat(1300))));
  const packed = (document: number) =>
    runsOf(dataDir, document).map(({ seqs }) => [seqs.at(0), seqs.at(-1), seqs.length]);
  await store.compact("a", 1100);
  assert.deepEqual(packed(1), [
    [1, 500, 500],
    [501, 1000, 500],
  ]);
  assert.equal((await store.load("a"))?.tail.length, 200);
  await store.compact("a", 1300);
  assert.deepEqual(packed(1).at(-1), [1001, 1299, 299]);
  const KIB = 1024;
  const sizes = [200, 200, 200, 600, 1, 300, 10].map((kib) => kib * KIB);
  const large = sizes.map((size, index) => stateOf("x".repeat(size), index + 1));
  await store.append(entries("b", large));
  await store.compact("b", 7);
  assert.deepEqual(packed(2), [
    [1, 2, 2],
    [3, 6, 3],
  ]);
  for (const { size } of runsOf(dataDir, 2)) assert.ok(size <= 512 * KIB);
  assert.deepEqual(read(dataDir, "SELECT seq FROM updates WHERE document = 2"), [[4], [7]]);
  assert.deepEqual(
    logOf(dataDir, "b").map(({ update }) => update),
    large,
  );
});

test("[P45] a row that does not match its checksum is neither packed nor deleted", async (t) => {
  const dataDir = await temporaryFolder(t);
  const before = await openStore(t, { dataDir });
  await before.create(newDocument("a"));
  const updates = typing("x".repeat(600));
  await appendAsRows(before, entries("a", updates.slice(0, 200)));
  await before.compact("a", 200);
  await before.close();
  tamper(dataDir, "UPDATE updates SET bytes = x'00ff' WHERE seq IN (1, 77)");
  const store = await openStore(t, { dataDir });
  await appendAsRows(store, entries("a", updates.slice(200), 201));
  await store.compact("a", 600);
  const [run, ...others] = runsOf(dataDir, 1);
  assert.deepEqual([run?.seqs.at(0), run?.seqs.length, others.length], [2, 498, 0]);
  const left = read(dataDir, "SELECT seq, hex(bytes) FROM updates WHERE seq < 500");
  assert.deepEqual(left, [
    [1, "00FF"],
    [77, "00FF"],
  ]);
  const damaged = verify({ path: databaseIn(dataDir) }).problems.map(({ row }) => row);
  assert.deepEqual(damaged, ["update 1", "update 77"]);
  assert.equal(textOf(await store.load("a")), "x".repeat(600));
});

test("[P47] a packed log takes less room than half of its rows", async (t) => {
  const real = history("rustcode");
  const updates = real ? updatesOf(real) : typing("the quick brown fox jumps ".repeat(200));
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a"));
  await appendAsRows(store, entries("a", updates));
  const size = () => {
    const [[bytes]] = read(
      dataDir,
      "SELECT sum(pgsize) FROM dbstat WHERE name = 'updates' OR name LIKE '%runs%'",
    ) as [[number]];
    return bytes;
  };
  const before = size();
  await store.compact("a", updates.length);
  const raw = updates.reduce((sum, { length }) => sum + length, 0);
  t.diagnostic(`${updates.length} updates, ${raw} bytes: ${before} as rows, ${size()} packed`);
  assert.ok(size() < before / 2);
});

/** Back to the first version of the database. */
const UNDO_MIGRATIONS = [
  "DROP TABLE deliveries; DROP TABLE webhooks",
  "DROP TABLE runs; DROP TABLE claims; DROP TABLE secrets",
  "DROP INDEX documents_in_trash; ALTER TABLE documents DROP COLUMN deleted_at",
  "ALTER TABLE documents DROP COLUMN loss_accepted",
  ...["label", "expires_at", "password", "max_uses", "uses", "last_used_at", "revoked_at"].map(
    (column) => `ALTER TABLE links DROP COLUMN ${column}`,
  ),
  "PRAGMA user_version = 1",
].join("; ");

test("[P48] a database of the version before runs is verified as it is, and packed once it is opened", async (t) => {
  const dataDir = await temporaryFolder(t);
  const before = await openStore(t, { dataDir });
  await before.create(newDocument("a"));
  await appendAsRows(before, entries("a", typing("x".repeat(600))));
  const log = logOf(dataDir, "a");
  await before.close();
  tamper(dataDir, UNDO_MIGRATIONS);
  const { updates, problems } = verify({ path: databaseIn(dataDir) });
  assert.deepEqual([updates, problems], [600, []]);
  assert.deepEqual(read(dataDir, "SELECT name FROM sqlite_schema WHERE name = 'runs'"), []);
  const store = await openStore(t, { dataDir });
  await store.compact("a", 600);
  assert.equal(runsOf(dataDir, 1).length, 1);
  assert.deepEqual(logOf(dataDir, "a"), log);
});

test("[P49] a packed log is loaded from its runs when its snapshot is damaged, and the next snapshot is made of it", async (t) => {
  const dataDir = await temporaryFolder(t);
  const before = await openStore(t, { dataDir });
  await before.create(newDocument("a"));
  const doc = new Y.Doc();
  await before.append(entries("a", typing("x".repeat(600), doc)));
  await before.compact("a", 600);
  await before.close();
  tamper(dataDir, `UPDATE snapshots SET bytes = ${flip("bytes")}`);
  const store = await openStore(t, { dataDir });
  const stored = await store.load("a");
  assert.deepEqual(
    [textOf(stored), stored?.damage],
    ["x".repeat(600), { updates: 0, snapshot: true }],
  );
  await store.append(entries("a", typing("y", doc), 601));
  await store.compact("a", 601);
  const again = await store.load("a");
  assert.deepEqual([textOf(again), again?.damage], [`${"x".repeat(600)}y`, undefined]);
  assert.equal(again?.tail.length, 0);
});

test("[P56] what comes at once is a run at once, but for its newest, and the same log", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a"));
  const log = entries("a", typing("x".repeat(1100)));
  await store.append(log.slice(0, 1050));
  await store.append(log.slice(1050, 1060));
  await store.append(log.slice(1060));
  const runs = runsOf(dataDir, 1).map(({ seqs }) => [seqs[0], seqs.at(-1)]);
  assert.deepEqual(runs, [
    [1, 500],
    [501, 1000],
    [1001, 1049],
    [1061, 1099],
  ]);
  assert.deepEqual(logOf(dataDir, "a"), log);
  assert.equal((await store.find("a"))?.updatedAt, log.at(-1)?.at);
  const whole = await store.load("a");
  assert.deepEqual([whole?.seq, whole?.tail.length, textOf(whole)], [1100, 1100, "x".repeat(1100)]);
  await store.compact("a", 1020);
  assert.equal((await store.load("a"))?.tail.length, 80);
  assert.equal(textOf(await store.load("a")), "x".repeat(1100));
  await store.compact("a", 1100);
  assert.deepEqual(logOf(dataDir, "a"), log);
  assert.deepEqual(verify({ path: databaseIn(dataDir) }).problems, []);
});

test("[P57] no run reaches over another one, however a log was written", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a"));
  const log = entries("a", typing("x".repeat(1000)));
  await appendAsRows(store, log.slice(0, 300));
  await store.append(log.slice(300, 400));
  await appendAsRows(store, log.slice(400, 410));
  await store.append(log.slice(410, 500));
  await appendAsRows(store, log.slice(500));
  await store.compact("a", 1000);
  const ends = runsOf(dataDir, 1).flatMap(({ seqs }) => [seqs[0], seqs.at(-1)]);
  assert.deepEqual(ends, [1, 300, 301, 399, 411, 499, 500, 999]);
  assert.deepEqual(logOf(dataDir, "a"), log);
});

test("[P58] a damaged run behind the snapshot is that many lost updates, and all else is loaded", async (t) => {
  const dataDir = await temporaryFolder(t);
  const before = await openStore(t, { dataDir });
  await before.create(newDocument("a"));
  const log = entries("a", typing("x".repeat(120)));
  await before.append(log.slice(0, 50));
  await before.compact("a", 50);
  await before.append(log.slice(50, 100));
  await before.append(log.slice(100));
  await before.close();
  tamper(dataDir, `UPDATE runs SET bytes = ${flip("bytes")} WHERE first = 51`);
  const store = await openStore(t, { dataDir });
  const stored = await store.load("a");
  assert.deepEqual(stored?.damage, { updates: 49, snapshot: false });
  assert.deepEqual([stored?.seq, stored?.tail.length], [120, 21]);
  await assert.rejects(store.compact("a", 120), { code: "corrupt" });
});

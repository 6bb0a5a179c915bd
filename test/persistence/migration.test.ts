/** What is moved from SQLite to Postgres and back is what it was. */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import test, { after } from "node:test";
import * as Y from "yjs";
import { DOCUMENT_PARTS } from "../../persistence/document-rows.ts";
import { readPostgresRows, writePostgresRows } from "../../persistence/postgres/document-rows.ts";
import type { PostgresStore } from "../../persistence/postgres/client.ts";
import { PIECE, sizeOf } from "../../persistence/row-pieces.ts";
import { readSqliteRows } from "../../persistence/sqlite/document-rows.ts";
import { StoreError } from "../../persistence/store-error.ts";
import type { LinkRecord } from "../../persistence/store.ts";
import {
  entry,
  newDocument,
  plain,
  rebuilt,
  rejection,
  typing,
} from "../contract/sample-documents.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { packedFolder, sampleFolder } from "./command.ts";
import { everythingIn, FULL_IDS, fullFolder, moveBack, moveThere } from "./migration-fixtures.ts";
import { ask, openStore as openNode } from "./postgres-fixtures.ts";
import { flip, openStore, tamper } from "./sqlite-fixtures.ts";

const postgres = await startPostgres({ after });

test("[F1] there and back, every row of every table and every byte of every image is what it was", async (t) => {
  const dataDir = await fullFolder(t);
  const databaseUrl = await postgres.createDatabase();
  const back = join(await temporaryFolder(t), "made");
  for (const moved of [await moveThere(dataDir, databaseUrl), await moveBack(databaseUrl, back)]) {
    assert.deepEqual([moved.differences, moved.damage], [[], []]);
    assert.deepEqual([moved.documents, moved.copied, moved.attachments], [8, 8, 3]);
    assert.ok(moved.edits > 1600);
  }
  assert.deepEqual(everythingIn(back), everythingIn(dataDir));
});

test("[F2] a node opens it as the server did, and goes on with the next number and the next place", async (t) => {
  const dataDir = await fullFolder(t);
  const databaseUrl = await postgres.createDatabase();
  await moveThere(dataDir, databaseUrl);
  const [before, now] = [await openStore(t, { dataDir }), await openNode(t, { databaseUrl })];
  for (const id of FULL_IDS) {
    const [one, other] = [await before.load(id), await now.load(id)];
    const [doc, moved] = [rebuilt(one), rebuilt(other)];
    assert.deepEqual(Y.encodeStateVector(moved), Y.encodeStateVector(doc));
    assert.deepEqual(Y.encodeStateAsUpdate(moved), Y.encodeStateAsUpdate(doc));
    assert.deepEqual({ ...other, snapshot: 0, tail: 0 }, { ...one, snapshot: 0, tail: 0 });
    assert.deepEqual(plainly(await now.links(id)), plainly(await before.links(id)));
    assert.deepEqual(await now.webhooks(id), await before.webhooks(id));
  }
  assert.deepEqual(await now.list(1e9, 99), await before.list(1e9, 99));
  const next = entry("packed", 1, typing("y")[0] ?? new Uint8Array());
  assert.deepEqual(await now.append([next]), [1301]);
  await now.create(newDocument("new"));
  assert.equal((await now.list(1e9, 1))[0]?.id, "new");
  assert.deepEqual(plain(await now.secret("claims")), plain(await before.secret("claims")));
});

/** With bytes that compare whatever view they come in. */
function plainly(links: readonly LinkRecord[]) {
  return links.map((link) => ({ ...link, tokenHash: plain(link.tokenHash) }));
}

test("[F3] what a node has folded and packed comes back whole, with the time of the newest edit", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const node = await openNode(t, { databaseUrl });
  await node.create(newDocument("doc"));
  const updates = typing("word ".repeat(200));
  await node.append(updates.map((update, index) => entry("doc", index + 1, update)));
  await node.compact("doc", 1000);
  const [before] = await node.describe(["doc"]);
  await node.close();
  const dataDir = await temporaryFolder(t);
  assert.deepEqual((await moveBack(databaseUrl, dataDir)).differences, []);
  const store = await openStore(t, { dataDir });
  assert.deepEqual(await store.describe(["doc"]), [before]);
  assert.deepEqual((await store.load("doc"))?.tail, []);
});

test("[F4] the source is not changed, and an older one is refused as it is", async (t) => {
  const dataDir = await fullFolder(t);
  writeFileSync(join(dataDir, "attachments", ".incoming", "of a killed server"), "half an image");
  const before = filesIn(dataDir);
  await moveThere(dataDir, await postgres.createDatabase());
  const now = filesIn(dataDir);
  assert.deepEqual(
    [...now.keys()].filter((name) => !before.has(name)),
    ["quire.sqlite-shm", "quire.sqlite-wal"],
  );
  for (const [name, digest] of before) assert.equal(now.get(name), digest, name);
  tamper(dataDir, "PRAGMA user_version = 5");
  await rejection(moveThere(dataDir, await postgres.createDatabase()), "older");
  const none = await temporaryFolder(t);
  await rejection(moveThere(none, await postgres.createDatabase()), "missing");
  await rejection(moveBack(await postgres.createDatabase(), none), "missing");
});

/** All files of a folder by their names, as hashes. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = found.flatMap((file) => (file.isFile() ? join(file.parentPath, file.name) : []));
  return new Map(
    paths.toSorted().map((path) => [relative(folder, path), hash("sha1", readFileSync(path))]),
  );
}

test("[F5] a target that holds something else is refused before anything is written to it", async (t) => {
  const [dataDir, databaseUrl] = [await sampleFolder(t), await postgres.createDatabase()];
  const node = await openNode(t, { databaseUrl });
  await node.create(newDocument("theirs"));
  await node.close();
  const refusal = await rejection(moveThere(dataDir, databaseUrl), "exists");
  assert.match(refusal.message, /holds 1 documents that the source does not have, such as theirs/);
  assert.deepEqual(await ask(databaseUrl, "SELECT id FROM documents"), [{ id: "theirs" }]);
  assert.deepEqual(await ask(databaseUrl, "SELECT to_regclass('unfinished_migration') AS mark"), [
    { mark: null },
  ]);
  const before = everythingIn(dataDir);
  await rejection(moveBack(databaseUrl, dataDir), "exists");
  assert.deepEqual(everythingIn(dataDir), before);
  // The source has gone on by itself.
  const target = await postgres.createDatabase();
  await moveThere(dataDir, target);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("later"));
  await store.close();
  const late = await rejection(moveThere(dataDir, target), "exists");
  assert.match(late.message, /holds 3 of the 4 documents and is in use already/);
});

test("[F6] what is finished is compared and not changed, and a difference is told by its document", async (t) => {
  const [dataDir, databaseUrl] = [await sampleFolder(t), await postgres.createDatabase()];
  assert.equal((await moveThere(dataDir, databaseUrl)).copied, 3);
  const again = await moveThere(dataDir, databaseUrl);
  assert.deepEqual([again.copied, again.documents, again.differences], [0, 3, []]);
  await ask(databaseUrl, "UPDATE links SET label = 'x' WHERE id = 'link b'");
  await ask(databaseUrl, "UPDATE updates SET author = 'x' WHERE document = 1 AND seq = 7");
  const { copied, differences } = await moveThere(dataDir, databaseUrl);
  assert.deepEqual(differences, [
    { document: "a", problem: "other log" },
    { document: "b", problem: "other links" },
  ]);
  assert.equal(copied, 0);
  assert.deepEqual(await ask(databaseUrl, "SELECT author FROM updates WHERE author = 'x'"), [
    { author: "x" },
  ]);
});

test("[F7] what is damaged is carried over as it is, and told", async (t) => {
  const dataDir = await packedFolder(t);
  const store = await openStore(t, { dataDir });
  await store.append([entry("a", 1101, typing("z")[0] ?? new Uint8Array())]);
  await store.close();
  tamper(
    dataDir,
    `UPDATE runs SET bytes = ${flip("bytes")} WHERE first = 501;
    UPDATE updates SET bytes = ${flip("bytes")} WHERE seq = 1101`,
  );
  const folder = join(dataDir, "attachments", "a");
  mkdirSync(folder, { recursive: true });
  const name = `${"0".repeat(40)}.png`;
  writeFileSync(join(folder, name), "not what its name says");
  const databaseUrl = await postgres.createDatabase();
  const moved = await moveThere(dataDir, databaseUrl);
  const rows = ["update 1101 is damaged", "run 501 to 1000 is damaged"];
  assert.deepEqual(problemsOf(moved.damage), [
    ...rows,
    `attachment ${name} does not match its name and is left out`,
  ]);
  assert.deepEqual(moved.differences, []);
  const back = await temporaryFolder(t);
  assert.deepEqual(problemsOf((await moveBack(databaseUrl, back)).damage), rows);
  const [mine, theirs] = [await openStore(t, { dataDir }), await openStore(t, { dataDir: back })];
  assert.deepEqual(await theirs.load("a"), await mine.load("a"));
  assert.deepEqual((await theirs.load("a"))?.damage, { updates: 1, snapshot: false });
});

function problemsOf(findings: readonly { readonly problem: string }[]): string[] {
  return findings.map(({ problem }) => problem);
}

test("[F8] what was begun with is opened by nobody, and gone on with even if the source has changed", async (t) => {
  const [dataDir, databaseUrl] = [await sampleFolder(t), await postgres.createDatabase()];
  await moveThere(dataDir, databaseUrl);
  await ask(databaseUrl, "CREATE TABLE unfinished_migration ()");
  await rejection(openNode(t, { databaseUrl }), "unfinished");
  const back = await temporaryFolder(t);
  await rejection(moveBack(databaseUrl, back), "unfinished");
  const store = await openStore(t, { dataDir });
  await store.changeLink("b", "link b", { label: "changed" });
  await store.create(newDocument("later"));
  await store.close();
  const moved = await moveThere(dataDir, databaseUrl);
  assert.deepEqual(moved.differences, []);
  const node = await openNode(t, { databaseUrl });
  assert.deepEqual(
    [(await node.links("b"))[0]?.label, (await node.describe(["later"])).length],
    ["changed", 1],
  );
  await node.close();
  await moveBack(databaseUrl, back);
  tamper(back, "CREATE TABLE unfinished_migration (key INTEGER)");
  await rejection(openStore(t, { dataDir: back }), "unfinished");
});

test("[F19] a node that was there before a migration that was cut off serves nothing of it", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  // For a moment it has no connection, as after a minute without questions or when Postgres was away.
  const node = await openNode(t, { databaseUrl });
  const migration = await writePostgresRows(databaseUrl);
  await migration.begin();
  await rejection(node.create(newDocument("doc")), "locked");
  await migration.close();
  await until(() => isRefused(node), { what: "the lock is given free" });
  await rejection(node.append([entry("doc", 1, new Uint8Array(1))]), "unfinished");
  const again = await writePostgresRows(databaseUrl);
  await again.finish();
  await again.close();
  await until(async () => (await node.find("doc").catch(() => null)) === undefined);
});

/** For what is left of a migration. */
async function isRefused(node: PostgresStore): Promise<boolean> {
  const error: unknown = await node.create(newDocument("doc")).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError && error.code === "unfinished";
}

test("[F20] a migration that was cut off goes on when the source has emptied its trash meanwhile", async (t) => {
  const [dataDir, databaseUrl] = [await fullFolder(t), await postgres.createDatabase()];
  await moveThere(dataDir, databaseUrl);
  await ask(databaseUrl, "CREATE TABLE unfinished_migration ()");
  const purged = ["small", "last"];
  const store = await openStore(t, { dataDir });
  for (const id of purged) {
    await store.setDeleted(id, 1);
    await store.purge(id, 2);
    rmSync(join(dataDir, "attachments", id), { recursive: true });
  }
  await store.close();
  const moved = await moveThere(dataDir, databaseUrl);
  assert.deepEqual([moved.differences, moved.copied], [[], 0]);
  const left = "SELECT count(*)::int AS n FROM attachments WHERE document = ANY ($1)";
  assert.deepEqual(await ask(databaseUrl, left, [purged]), [{ n: 0 }]);
  const back = await temporaryFolder(t);
  await moveBack(databaseUrl, back);
  assert.deepEqual(everythingIn(back), everythingIn(dataDir));
});

test("[F21] a Postgres on which no node would start is refused before anything is written to it", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const name = new URL(databaseUrl).pathname.slice(1);
  // It gives itself out to be older.
  await ask(databaseUrl, "CREATE TABLE pg_settings AS SELECT * FROM pg_catalog.pg_settings");
  const older =
    "UPDATE public.pg_settings SET reset_val = '130014' WHERE name = 'server_version_num'";
  await ask(databaseUrl, older);
  await ask(databaseUrl, `ALTER DATABASE ${name} SET search_path = public, pg_catalog`);
  const refusal = await rejection(moveThere(await sampleFolder(t), databaseUrl), "failing");
  assert.match(refusal.message, /Postgres 13 is too old/);
  assert.deepEqual(await ask(databaseUrl, "SELECT to_regclass('documents') AS there"), [
    { there: null },
  ]);
});

test("[F9] who serves and who migrates keep each other away", async (t) => {
  const [dataDir, databaseUrl] = [await sampleFolder(t), await postgres.createDatabase()];
  const server = await openStore(t, { dataDir });
  await rejection(moveThere(dataDir, databaseUrl), "locked");
  await server.close();
  const node = await openNode(t, { databaseUrl });
  await node.find("a");
  await rejection(moveThere(dataDir, databaseUrl), "locked");
  await node.close();
  const migration = await readSqliteRows(dataDir);
  await rejection(openStore(t, { dataDir }), "locked");
  await migration.close();
  await moveThere(dataDir, databaseUrl);
  const reading = await readPostgresRows(databaseUrl);
  await rejection(openNode(t, { databaseUrl }), "locked");
  await reading.close();
  await openNode(t, { databaseUrl });
});

test("[F16] a label with a character that Postgres cannot hold is moved with a mark in its place", async (t) => {
  const [dataDir, databaseUrl] = [await sampleFolder(t), await postgres.createDatabase()];
  const store = await openStore(t, { dataDir });
  await store.changeLink("b", "link b", { label: "for\0you" });
  await store.close();
  assert.deepEqual((await moveThere(dataDir, databaseUrl)).differences, []);
  const node = await openNode(t, { databaseUrl });
  assert.equal((await node.links("b"))[0]?.label, "for\uFFFDyou");
});

test("[F10] a log of any size goes in pieces", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("doc"));
  const update = new Uint8Array(300_000);
  await Promise.all(
    Array.from({ length: 100 }, (_, n) => store.append([entry("doc", n + 1, update)])),
  );
  await store.close();
  const databaseUrl = await postgres.createDatabase();
  await moveThere(dataDir, databaseUrl);
  for (const reader of [await readSqliteRows(dataDir), await readPostgresRows(databaseUrl)]) {
    t.after(() => reader.close());
    const sizes: number[] = [];
    for (const part of DOCUMENT_PARTS.filter(({ table }) => table === "updates")) {
      for await (const rows of reader.rows(part, { from: 1, to: 1 })) sizes.push(sizeOf(rows));
    }
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      30_000_000,
    );
    assert.ok(Math.max(...sizes) < PIECE.bytes + update.length);
  }
});

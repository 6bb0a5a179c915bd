/** One process a data folder, and no database of a version that is not understood. */
import assert from "node:assert/strict";
import { copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import Sqlite from "better-sqlite3";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { migrate } from "../../persistence/sqlite/schema.ts";
import { newDocument, rejection } from "../contract/sample-documents.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { startStoreProcess } from "./killed-process.ts";
import { databaseIn, openStore, read, tamper } from "./sqlite-fixtures.ts";

test("[P17] a data folder is made when it is missing", async (t) => {
  const dataDir = join(await temporaryFolder(t), "not", "yet");
  await openStore(t, { dataDir });
  assert.deepEqual(read(dataDir, "SELECT count(*) FROM documents"), [[0]]);
});

test("[P18] a second store on a folder is locked out, in this process and in another", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  const error = await rejection(openSqliteStore({ dataDir }), "locked");
  assert.match(error.hint ?? "", /DATA_DIR/);
  const other = startStoreProcess(t, "hold", dataDir);
  await other.said(1);
  assert.deepEqual(other.lines, ["refused locked"]);
  await store.create(newDocument("a"));
  await store.close();
  await openStore(t, { dataDir });
});

test("[P19] a folder is free again after kill -9", async (t) => {
  const dataDir = await temporaryFolder(t);
  const holder = startStoreProcess(t, "hold", dataDir);
  await holder.said(1);
  assert.deepEqual(holder.lines, ["open"]);
  await rejection(openSqliteStore({ dataDir }), "locked");
  await holder.kill();
  await openStore(t, { dataDir });
});

test("[P20] another process can read the database while the store has it", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a"));
  assert.deepEqual(read(dataDir, "SELECT id FROM documents"), [["a"]]);
  await store.create(newDocument("b"));
});

test("[P21] a database of a newer version is refused and not a byte of it changes", async (t) => {
  const dataDir = await temporaryFolder(t);
  await (await openStore(t, { dataDir })).close();
  tamper(dataDir, "PRAGMA user_version = 99");
  const rolledBack = await folderOf(t, dataDir, "DELETE");
  const withLog = await folderOf(t, dataDir, "WAL");
  assert.ok((await contentsOf(withLog))["quire.sqlite-wal"], "the copy has a log to leave alone");
  for (const folder of [dataDir, rolledBack, withLog]) {
    const before = await contentsOf(folder);
    const error = await rejection(openSqliteStore({ dataDir: folder }), "newer");
    assert.match(error.hint ?? "", /newer/);
    assert.deepEqual(await contentsOf(folder), before);
  }
});

test("[P22] a migration that fails leaves neither changes nor its number", () => {
  const database = new Sqlite(":memory:");
  const first = "CREATE TABLE a (x)";
  assert.throws(() => migrate(database, [first, "CREATE TABLE b (x); INSERT INTO c VALUES (1)"]));
  const tables = database.prepare("SELECT name FROM sqlite_schema").pluck();
  assert.equal(database.pragma("user_version", { simple: true }), 1);
  assert.deepEqual(tables.all(), ["a"]);
  migrate(database, [first, "CREATE TABLE b (x)"]);
  migrate(database, [first, "CREATE TABLE b (x)"]);
  assert.deepEqual(tables.all(), ["a", "b"]);
  database.close();
});

/** A copy in this journal mode as a killed process leaves it: in WAL, part of it is in the log. */
async function folderOf(t: TestContext, dataDir: string, mode: string): Promise<string> {
  const [made, folder] = [await temporaryFolder(t), await temporaryFolder(t)];
  await copyFile(databaseIn(dataDir), databaseIn(made));
  const database = new Sqlite(databaseIn(made));
  database.pragma(`journal_mode = ${mode}`);
  database.exec("CREATE TABLE of_the_future (x)");
  await mkdir(folder, { recursive: true });
  const left = (await readdir(made)).filter((name) => !name.endsWith("-shm"));
  for (const name of left) await copyFile(join(made, name), join(folder, name));
  database.close();
  return folder;
}

/** The database and its log, if that holds anything. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => /sqlite(-wal|-journal)?$/.test(name));
  const files = names.map(async (name) => [name, await readFile(join(folder, name), "base64")]);
  const contents = (await Promise.all(files)).filter(([, content]) => content !== "");
  return Object.fromEntries(contents) as Record<string, string>;
}

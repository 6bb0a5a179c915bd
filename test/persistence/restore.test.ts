/** A backup becomes a data folder again, and nothing that is there is ever replaced. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import Sqlite from "better-sqlite3";
import { addressOf, startMain } from "../helpers/program.ts";
import { createDocument, exportText } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { command, contentsOf, packedFolder, sampleFolder, startCommand } from "./command.ts";
import { startStoreProcess } from "./killed-process.ts";
import { databaseIn, logOf, openStore, tamper } from "./sqlite-fixtures.ts";

test("[B12] restore gives back every document and link byte for byte, into an empty or missing folder", async (t) => {
  const { dataDir, file } = await backedUp(t);
  const before = await contentsOf(await openStore(t, { dataDir }));
  const empty = await temporaryFolder(t);
  const missing = join(await temporaryFolder(t), "not", "yet");
  for (const restored of [empty, missing]) {
    const { code, stdout } = await command(t, restored, "restore", file);
    assert.equal(code, 0);
    assert.match(stdout, /^Restored \S+ to \S+\.$/);
    assert.deepEqual(await contentsOf(await openStore(t, { dataDir: restored })), before);
  }
});

test("[B23] what was packed comes back from a backup with every entry", async (t) => {
  const dataDir = await packedFolder(t);
  const file = join(await temporaryFolder(t), "backup");
  assert.equal((await command(t, dataDir, "backup", file)).code, 0);
  const restored = await temporaryFolder(t);
  assert.equal((await command(t, restored, "restore", file)).code, 0);
  assert.deepEqual(logOf(restored, "a"), logOf(dataDir, "a"));
  const [before, after] = [dataDir, restored].map((folder) => openStore(t, { dataDir: folder }));
  assert.deepEqual(await (await after)?.load("a"), await (await before)?.load("a"));
});

test("[B13] a server starts on what was restored, and the links still open", async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await addressOf(startMain(t, dataDir));
  const document = await createDocument(first, { content: "kept" });
  const file = join(await temporaryFolder(t), "backup");
  assert.equal((await command(t, dataDir, "backup", file)).code, 0);
  const restored = await temporaryFolder(t);
  assert.equal((await command(t, restored, "restore", file)).code, 0);
  assert.equal(await exportText(await addressOf(startMain(t, restored)), document), "kept");
});

test("[B14] restore refuses a folder that holds anything or is in use, and leaves it alone", async (t) => {
  const { dataDir, file } = await backedUp(t);
  const other = await temporaryFolder(t);
  await writeFile(join(other, "letter"), "mine");
  const inUse = await temporaryFolder(t);
  const holder = startStoreProcess(t, "hold", inUse);
  await holder.said(1);
  const refusals: [folder: string, said: RegExp][] = [
    [dataDir, /is not empty: it holds quire\.sqlite\. Set DATA_DIR/],
    [other, /is not empty: it holds letter\./],
    [inUse, /^another process is using .*Stop it first/],
  ];
  for (const [folder, said] of refusals) {
    const [names, database] = [await readdir(folder), await contents(databaseIn(folder))];
    const { code, stderr } = await command(t, folder, "restore", file);
    assert.equal(code, 1);
    assert.match(stderr, said);
    assert.deepEqual(await readdir(folder), names);
    assert.deepEqual(await contents(databaseIn(folder)), database);
  }
});

test("[B15] restore refuses a damaged backup before it makes the folder", async (t) => {
  const { file } = await backedUp(t);
  const database = new Sqlite(file);
  database.unsafeMode();
  database.exec(`PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'links_by_document'`);
  database.close();
  const folder = join(await temporaryFolder(t), "data");
  const { code, stderr } = await command(t, folder, "restore", file);
  assert.equal(code, 1);
  assert.match(stderr, /is damaged: .* Restore an older backup\.$/);
  assert.ok(!existsSync(folder));
});

test("[B16] a restore killed in the middle leaves no database, and can be run again", async (t) => {
  const { file } = await backedUp(
    t,
    "INSERT INTO updates VALUES (3, 1, 1, 0, 0, zeroblob(100000000))",
  );
  const dataDir = await temporaryFolder(t);
  const killed = startCommand(t, dataDir, "restore", file);
  const partial = `${databaseIn(dataDir)}.partial`;
  await until(() => existsSync(partial), { what: "it writes" });
  killed.child.kill("SIGKILL");
  assert.equal(await killed.exited(), null);
  assert.ok(existsSync(partial) && !existsSync(databaseIn(dataDir)));
  assert.equal((await command(t, dataDir, "restore", file)).code, 0);
  assert.ok(!existsSync(partial));
});

/** The sample folder, changed by `sql`, and a backup of it. */
async function backedUp(t: TestContext, sql = ""): Promise<{ dataDir: string; file: string }> {
  const dataDir = await sampleFolder(t);
  tamper(dataDir, sql);
  const file = join(await temporaryFolder(t), "backup");
  assert.equal((await command(t, dataDir, "backup", file)).code, 0);
  return { dataDir, file };
}

async function contents(path: string): Promise<string> {
  return existsSync(path) ? readFile(path, "base64") : "";
}

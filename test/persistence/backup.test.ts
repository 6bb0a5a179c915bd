/** A backup is whole or not there, whatever goes on beside it. Real processes throughout. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { addressOf, startMain } from "../helpers/program.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { createDocument, exportText } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { command, sampleFolder, startCommand } from "./command.ts";
import { databaseIn, tamper } from "./sqlite-fixtures.ts";

test("[B1] a backup beside a steady writer holds all that was acknowledged before, and passes verify", async (t) => {
  const dataDir = await temporaryFolder(t);
  const writer = await steadyWriter(t, dataDir);
  const file = join(await temporaryFolder(t), "backup");
  for (const nth of [1, 2, 3]) {
    const before = await writer.acknowledged(100 * nth);
    assert.equal((await command(t, dataDir, "backup", `${file}${nth}`)).code, 0);
    const verified = await command(t, dataDir, "verify", "--json", `${file}${nth}`);
    assert.equal(verified.code, 0, verified.stdout);
    const { updates } = JSON.parse(verified.stdout) as { updates: number };
    assert.ok(updates >= before, `${before} were acknowledged, ${updates} are in the backup`);
    assert.ok((await writer.acknowledged(before + 1)) > before, "it went on writing");
  }
  assert.match(await writer.stop(), /^(steady )+/);
});

test("[B2] a backup needs no running server, not even one that ended well, and changes nothing", async (t) => {
  const dataDir = await temporaryFolder(t);
  const writer = await steadyWriter(t, dataDir);
  const before = await writer.acknowledged(200);
  await writer.kill();
  const files = () => Promise.all(["", "-wal"].map((end) => readFile(databaseIn(dataDir) + end)));
  const found = await files();
  const file = join(await temporaryFolder(t), "backup");
  const { code, stdout } = await command(t, dataDir, "backup", file);
  assert.equal(code, 0);
  assert.match(stdout, /^Backed up \S+ to \S+backup: \d+ bytes\.$/);
  assert.deepEqual(await files(), found);
  const { updates } = JSON.parse((await command(t, dataDir, "verify", "--json", file)).stdout);
  assert.ok(updates >= before);
});

test("[B3] a backup killed in the middle leaves nothing under its name", async (t) => {
  const dataDir = await sampleFolder(t);
  tamper(dataDir, `INSERT INTO updates VALUES (3, 1, 1, 0, 0, zeroblob(100000000))`);
  const folder = await temporaryFolder(t);
  const killed = startCommand(t, dataDir, "backup", join(folder, "backup"));
  await until(async () => (await readdir(folder)).length > 0, { what: "it writes" });
  killed.child.kill("SIGKILL");
  assert.equal(await killed.exited(), null);
  const left = await readdir(folder);
  for (const name of left) assert.match(name, /^backup\.[0-9a-f]{16}\.quire-partial(-journal)?$/);
  assert.equal((await command(t, dataDir, "backup", join(folder, "backup"))).code, 0);
  assert.deepEqual((await readdir(folder)).toSorted(), ["backup", ...left]);
});

test("[B4] what killed backups left is cleared away a day later", async (t) => {
  const dataDir = await sampleFolder(t);
  const folder = await temporaryFolder(t);
  const [old, young] = ["1", "2"].map((digit) => `x.${digit.repeat(16)}.quire-partial`);
  for (const name of [old, young, "mine.partial"]) await writeFile(join(folder, name ?? ""), "x");
  for (const name of [old, "mine.partial"]) await utimes(join(folder, name ?? ""), 0, 0);
  assert.equal((await command(t, dataDir, "backup", join(folder, "backup"))).code, 0);
  assert.deepEqual((await readdir(folder)).toSorted(), ["backup", "mine.partial", young]);
});

test("[B5] a backup replaces nothing, and without a database or a folder for it it says so", async (t) => {
  const dataDir = await sampleFolder(t);
  const folder = await temporaryFolder(t);
  const taken = join(folder, "taken");
  await writeFile(taken, "mine");
  await mkdir(join(folder, "empty"));
  const refusals: [dataDir: string, file: string, said: RegExp][] = [
    [dataDir, taken, /taken exists already\. Choose another name\.$/],
    [dataDir, folder, /exists already/],
    [dataDir, join(folder, "no", "file"), /^there is no folder \S+no\.$/],
    [join(folder, "empty"), join(folder, "new"), /^there is no database \S+quire\.sqlite\.$/],
    [join(folder, "missing"), join(folder, "new"), /^there is no database/],
  ];
  for (const [from, file, said] of refusals) {
    const { code, stdout, stderr } = await command(t, from, "backup", file);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, said);
    assert.ok(!stderr.includes("\n"), "one line");
  }
  assert.equal(await readFile(taken, "utf8"), "mine");
  assert.deepEqual((await readdir(folder)).toSorted(), ["empty", "taken"]);
  assert.ok(!existsSync(join(folder, "missing")));
});

/** A server with one client that types without end, one key when the last is acknowledged. */
async function steadyWriter(t: TestContext, dataDir: string) {
  const program = startMain(t, dataDir);
  const server = await addressOf(program);
  const document = await createDocument(server);
  const client = await rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
  const updates = typing("steady ".repeat(3000));
  let isStopped = false;
  let acknowledged = 0;
  const typed = (async () => {
    for (const update of updates) {
      if (isStopped) return;
      client.send({ type: "update", update });
      const sent = acknowledged + 1;
      await until(async () => (await client.next("acknowledgement")).count === sent || isStopped);
      acknowledged = sent;
    }
  })();
  t.after(() => (isStopped = true));
  return {
    /** Resolves with how many are, once at least `count` are. */
    acknowledged: (count: number) =>
      until(() => (acknowledged >= count ? acknowledged : undefined)),
    /** Resolves with the text. */
    stop: async () => {
      isStopped = true;
      await typed;
      return exportText(server, document);
    },
    kill: async () => {
      isStopped = true;
      program.child.kill("SIGKILL");
      await Promise.all([typed, program.exited()]);
    },
  };
}

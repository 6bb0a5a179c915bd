/** Attachments go with the database: into a backup, out of it again, and before the eyes of verify. */
import assert from "node:assert/strict";
import fileSystem, {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { Attachment } from "#protocol/rest.ts";
import { backUp } from "../../persistence/sqlite/backup.ts";
import { replaceBuiltIn } from "../helpers/built-in.ts";
import { png, upload } from "../helpers/images.ts";
import { ROOT, start } from "../helpers/program.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { command, outcomeOf } from "./command.ts";

/** A folder with a document that has two images, and a server on it. */
async function scene(t: TestContext) {
  const server = await startServer(t);
  const { id, ownerToken } = await createDocument(server, { content: "text" });
  const put = async (shade: number) =>
    answered<Attachment>(upload(server, id, ownerToken, png(shade)), 201);
  const names = [(await put(1)).name, (await put(2)).name];
  const file = join(await temporaryFolder(t), "backup");
  return { server, id, ownerToken, names, file, dataDir: server.dataDir };
}

test("[I14] a backup takes the attachments along, and restore gives them back to a server", async (t) => {
  const { id, ownerToken, names, file, dataDir } = await scene(t);
  mkdirSync(join(dataDir, "attachments/.incoming"), { recursive: true });
  writeFileSync(join(dataDir, "attachments/.incoming/half"), "half of it");
  const { code, stdout } = await command(t, dataDir, "backup", file);
  assert.equal(code, 0);
  assert.match(stdout, / bytes, and 2 attachments beside it\.$/);
  assert.deepEqual(await readdir(join(file, "..")), ["backup", "backup.attachments"]);
  assert.deepEqual(await readdir(`${file}.attachments`), [id]);
  const restored = await temporaryFolder(t);
  assert.equal((await command(t, restored, "restore", file)).code, 0);
  const again = await startServer(t, { dataDir: restored });
  for (const [index, name] of names.entries()) {
    const answer = await call(again, `/${id}/attachments/${name}`, { token: ownerToken });
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), png(index + 1));
  }
});

test("[I15] a backup replaces no attachments, and leaves none when it fails; a restore that was cut off can be run again", async (t) => {
  const { dataDir, file, id } = await scene(t);
  mkdirSync(`${file}.attachments`);
  const refused = await command(t, dataDir, "backup", file);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /backup\.attachments exists already/);
  assert.ok(!existsSync(file));
  assert.equal((await command(t, dataDir, "backup", `${file}2`)).code, 0);
  const restored = await temporaryFolder(t);
  cpSync(join(dataDir, "attachments"), join(restored, "attachments"), { recursive: true });
  const used = await command(t, restored, "restore", `${file}2`);
  assert.match(used.stderr, /is not empty: it holds attachments/);
  writeFileSync(join(restored, "quire.sqlite.partial"), "cut off");
  writeFileSync(join(restored, "attachments", "half"), "cut off");
  assert.equal((await command(t, restored, "restore", `${file}2`)).code, 0);
  assert.deepEqual(await readdir(join(restored, "attachments")), [id]);
});

test("[I16] verify counts attachments, and names one that is not what its name says or of no document", async (t) => {
  const { dataDir, file, id, names } = await scene(t);
  assert.equal((await command(t, dataDir, "backup", file)).code, 0);
  for (const path of [[], [file]]) {
    const { code, stdout } = await command(t, dataDir, "verify", ...path);
    assert.equal(code, 0, stdout);
    assert.match(stdout, / 2 attachments, 0 problems\.$/);
  }
  const [first = "", second = ""] = names;
  const folder = `${file}.attachments`;
  const bytes = readFileSync(join(folder, id, first));
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  writeFileSync(join(folder, id, first), bytes);
  mkdirSync(join(folder, "nobody"));
  writeFileSync(join(folder, "nobody", second), png(2));
  const { code, stdout } = await command(t, dataDir, "verify", file);
  assert.equal(code, 1);
  assert.deepEqual(
    stdout.split("\n").slice(0, -1).toSorted(),
    [
      `document ${id}, attachment ${first}: is not what its name says`,
      `document nobody, attachment ${second}: is of no document`,
    ].toSorted(),
  );
});

test("[I39] a backup takes the images of its own documents, and does without those that are removed meanwhile", async (t) => {
  const { dataDir, file, id, names } = await scene(t);
  const images = join(dataDir, "attachments");
  mkdirSync(join(images, "made-later"));
  writeFileSync(join(images, "made-later", names[0] ?? ""), png(1));
  // In the list of its folder, and not there.
  const removed = `${"0".repeat(40)}.png`;
  symlinkSync("nowhere", join(images, id, removed));
  const { code, stdout, stderr } = await command(t, dataDir, "backup", file);
  assert.equal(code, 0, stderr);
  assert.match(stdout, / and 2 attachments beside it\.$/);
  assert.deepEqual(await readdir(`${file}.attachments`), [id]);
  assert.deepEqual((await readdir(join(`${file}.attachments`, id))).toSorted(), names.toSorted());
  assert.equal((await command(t, dataDir, "verify", file)).code, 0);
  const live = await command(t, dataDir, "verify");
  const stray = `document made-later, attachment ${names[0]}: is of no document`;
  assert.deepEqual(live.stdout.split("\n").slice(0, -1), [stray]);
});

test("[I40] files that several documents share are shared in a backup and after it", async (t) => {
  const { server, dataDir, file, id, names } = await scene(t);
  const [name = ""] = names;
  const content = `![](/api/documents/${id}/attachments/${name})`;
  const { id: shown } = await createDocument(server, { content });
  mkdirSync(join(dataDir, "attachments", shown));
  linkSync(join(dataDir, "attachments", id, name), join(dataDir, "attachments", shown, name));
  assert.equal((await command(t, dataDir, "backup", file)).code, 0);
  const restored = await temporaryFolder(t);
  assert.equal((await command(t, restored, "restore", file)).code, 0);
  for (const folder of [`${file}.attachments`, join(restored, "attachments")]) {
    const [one, other] = [id, shown].map((each) => statSync(join(folder, each, name)));
    assert.equal(one?.ino, other?.ino);
    assert.equal(one?.nlink, 2);
  }
});

test("[I41] an image or a folder that cannot be read hides no other problem of images, and is named", async (t) => {
  const { dataDir, file, id, names } = await scene(t);
  assert.equal((await command(t, dataDir, "backup", file)).code, 0);
  const [first = "", second = ""] = names;
  const folder = join(`${file}.attachments`, id);
  rmSync(join(folder, first));
  mkdirSync(join(folder, first));
  writeFileSync(join(folder, second), "something else");
  const { code, stdout } = await command(t, dataDir, "verify", file);
  assert.equal(code, 1);
  const lines = stdout.split("\n").slice(0, -1);
  assert.equal(lines.length, 2, stdout);
  const unreadable = `document ${id}, attachment ${first}: cannot be read: EISDIR`;
  assert.ok(lines.some((line) => line.startsWith(unreadable)));
  assert.ok(lines.includes(`document ${id}, attachment ${second}: is not what its name says`));
  rmSync(`${file}.attachments`, { recursive: true });
  writeFileSync(`${file}.attachments`, "no folder");
  const other = await command(t, dataDir, "verify", file);
  assert.equal(other.code, 1);
  assert.match(other.stdout, /^attachments: cannot be read: ENOTDIR/);
});

/** A backup that is killed once its attachments have their name and before its file has. */
async function killedBackup(t: TestContext, dataDir: string, file: string): Promise<void> {
  const hook = join(ROOT, "test/persistence/self-killing-process.ts");
  const line = [process.execPath, "--import", hook, "persistence/cli.ts", "backup", file] as const;
  const { code } = await outcomeOf(start(t, line, { DATA_DIR: dataDir, KILL_AT: file }));
  assert.equal(code, null);
  assert.ok(existsSync(`${file}.attachments`) && !existsSync(file));
}

test("[B24] attachments that a killed backup left under their name are cleared away a day later, and nobody's others", async (t) => {
  const { dataDir, file, id } = await scene(t);
  await killedBackup(t, dataDir, file);
  const young = await command(t, dataDir, "backup", file);
  assert.match(young.stderr, /backup\.attachments exists already/);
  utimesSync(join(`${file}.attachments`, "quire-partial"), 0, 0);
  for (const name of ["mine", "moved"]) mkdirSync(join(file, "..", `${name}.attachments`));
  assert.equal((await command(t, dataDir, "backup", file)).code, 0);
  assert.deepEqual(await readdir(`${file}.attachments`), [id]);
  assert.equal((await command(t, dataDir, "verify", file)).code, 0);
  // Its file was moved elsewhere.
  rmSync(file);
  utimesSync(`${file}.attachments`, 0, 0);
  assert.equal((await command(t, dataDir, "backup", `${file}2`)).code, 0);
  for (const name of ["mine", "moved", "backup", "backup2"]) {
    assert.ok(existsSync(join(file, "..", `${name}.attachments`)), name);
  }
});

test("[B25] of two backups to one name one is whole, and the other takes nothing of it away", async (t) => {
  const { dataDir, file } = await scene(t);
  const rename = fileSystem.renameSync;
  let other: ReturnType<typeof backUp> | undefined;
  replaceBuiltIn(t, fileSystem, "renameSync", (from, to) => {
    const isFirst = other === undefined;
    // A second one begins and ends when the first is about to give its attachments their name.
    other ??= { bytes: 0, attachments: 0 };
    if (isFirst) other = backUp({ dataDir, file });
    rename(from, to);
  });
  assert.throws(() => backUp({ dataDir, file }));
  assert.equal(other?.attachments, 2);
  assert.deepEqual((await readdir(join(file, ".."))).toSorted(), ["backup", "backup.attachments"]);
  const { code, stdout } = await command(t, dataDir, "verify", file);
  assert.equal(code, 0);
  assert.match(stdout, / 2 attachments, 0 problems\.$/);
});

/** Attachments go with the database: into a backup, out of it again, and before the eyes of verify. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { Attachment } from "#protocol/rest.ts";
import { png, upload } from "../helpers/images.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { command } from "./command.ts";

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

/** The build of the page, in a copy of the sources. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../helpers/temporary.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = [
  "package.json",
  "package-lock.json",
  "tsconfig.base.json",
  "server/protocol",
  "web",
];

async function checkout(t: TestContext) {
  const root = await temporaryFolder(t);
  for (const path of SOURCES) {
    await cp(join(ROOT, path), join(root, path), {
      recursive: true,
      filter: (source) => !source.startsWith(join(ROOT, "web", "dist")),
    });
  }
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
  const dist = join(root, "web", "dist");
  const current = async () => (await readFile(join(dist, "current"), "utf8")).trim();
  return { root, dist, current };
}

async function build(root: string) {
  const child = spawn(process.execPath, ["web/build.ts"], { cwd: root });
  const errors = text(child.stderr);
  child.stdout.resume();
  const [code] = (await once(child, "close")) as [number | null];
  return { code, errors: await errors };
}

test("[W37] builds started at the same moment all work, and leave one whole build", async (t) => {
  const { root, dist, current } = await checkout(t);
  const results = await Promise.all([build(root), build(root)]);
  for (const { code, errors } of results) assert.equal(code, 0, errors);
  const hash = await current();
  assert.deepEqual((await readdir(dist)).toSorted(), [hash, "current"].toSorted());
  const assets = await readdir(join(dist, hash, "assets"));
  for (const ending of [".js", ".js.br", ".js.gz", ".css"]) {
    assert.ok(
      assets.some((name) => name.endsWith(ending)),
      `an asset ending in ${ending}`,
    );
  }
  assert.doesNotMatch(await readFile(join(dist, hash, "index.html"), "utf8"), /<script>|style=/);
});

test("[W38] what is built already is left alone; three builds are kept, unfinished ones for an hour", async (t) => {
  const { root, dist, current } = await checkout(t);
  await build(root);
  const page = join(dist, await current(), "index.html");
  const { mtimeMs } = await stat(page);
  const old = ["old-4", "old-3", "old-2", "old-1", ".building-gone"];
  for (const [index, name] of old.entries()) {
    await mkdir(join(dist, name));
    const at = new Date(Date.now() - (old.length - index + 60) * 3_600_000);
    await utimes(join(dist, name), at, at);
  }
  await mkdir(join(dist, ".building-now"));
  assert.equal((await build(root)).code, 0);
  assert.equal((await stat(page)).mtimeMs, mtimeMs);
  const kept = [".building-now", "current", "old-1", "old-2", await current()];
  assert.deepEqual((await readdir(dist)).toSorted(), kept.toSorted());
});

test("[W39] a build that fails says why, and leaves what was there", async (t) => {
  const { root, dist, current } = await checkout(t);
  await build(root);
  const before = await current();
  await writeFile(join(root, "web", "main.tsx"), 'import "./is-not-there.ts";\n');
  const { code, errors } = await build(root);
  assert.notEqual(code, 0);
  assert.match(errors, /is-not-there/);
  assert.equal(await current(), before);
  assert.deepEqual((await readdir(dist)).toSorted(), [before, "current"].toSorted());
});

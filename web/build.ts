/**
 * Builds the page when its sources have changed. A build is named by the hash of
 * what went into it and made beside the others, then renamed into place, so that
 * any number of these may run at once and a running server keeps its files.
 */
import { createHash } from "node:crypto";
import {
  glob,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "web", "dist");
const SOURCES = ["web/**/*", "server/protocol/**/*", "package-lock.json"];

/** Builds that are kept, this one included: servers that still run may serve an older one. */
const KEPT = 3;

/** An unfinished build of this age was given up, in milliseconds. */
const STALE_MS = 60 * 60 * 1000;

async function main(): Promise<void> {
  const hash = await hashOfSources();
  const target = join(DIST, hash);
  if (!(await exists(target))) await build(target);
  const now = new Date();
  await utimes(target, now, now);
  await point(hash);
  await clean(hash);
}

async function hashOfSources(): Promise<string> {
  const paths: string[] = [];
  for await (const path of glob(SOURCES, { cwd: ROOT, exclude: isNoSource })) paths.push(path);
  const hash = createHash("sha256").update(process.version);
  for (const path of paths.toSorted()) {
    const file = join(ROOT, path);
    if ((await stat(file)).isFile()) hash.update(`\0${path}\0`).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 16);
}

function isNoSource(name: string): boolean {
  return name === "dist";
}

async function build(target: string): Promise<void> {
  const vite = await import("vite");
  const beside = join(DIST, `.building-${process.pid}-${Date.now()}`);
  try {
    const configFile = join(ROOT, "web", "vite.config.ts");
    await vite.build({ configFile, configLoader: "native", build: { outDir: beside } });
    await compress(join(beside, "sw.js"));
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    // Another process may have been faster; its build is the same.
    if (!(await exists(target))) throw error;
  }
}

/** The worker is made last of all, too late for the plugin that compresses the others. */
async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  await writeFile(`${file}.br`, brotliCompressSync(content));
  await writeFile(`${file}.gz`, gzipSync(content));
}

/** The server serves the build that this file names. */
async function point(hash: string): Promise<void> {
  const beside = join(DIST, `.current-${process.pid}`);
  await mkdir(DIST, { recursive: true });
  await writeFile(beside, `${hash}\n`);
  await rename(beside, join(DIST, "current"));
}

/** Whatever else is there may vanish at any moment: another process cleans as well. */
async function clean(current: string): Promise<void> {
  const builds: { readonly path: string; readonly age: number }[] = [];
  for (const name of await readdir(DIST)) {
    if (name === "current" || name === current) continue;
    const path = join(DIST, name);
    const age = await ageOf(path);
    if (age === undefined) continue;
    if (!name.startsWith(".")) builds.push({ path, age });
    else if (age > STALE_MS) await rm(path, { recursive: true, force: true });
  }
  builds.sort((one, other) => one.age - other.age);
  for (const { path } of builds.slice(KEPT - 1)) await rm(path, { recursive: true, force: true });
}

/** In milliseconds; undefined when it is gone. */
function ageOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => undefined,
  );
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

await main();

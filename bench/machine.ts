/** On what, when and of which versions something was measured. */
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus, release, type } from "node:os";
import { join } from "node:path";
import { postgresPath } from "../test/helpers/postgres-path.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  /** When it was measured, in ISO 8601. */
  readonly date: string;
  /** Of Quire, of the packages that its peers are made of, and of the databases that nodes share. */
  readonly versions: Readonly<Record<string, string>>;
}

export async function thisMachine(): Promise<Machine> {
  const quire = await manifest("../package.json");
  const peers = await manifest("package.json");
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    kernel: `${type()} ${release()}`,
    node: process.version,
    date: new Date().toISOString(),
    // Pinned, so that what is named is what is installed.
    versions: { quire: quire.version ?? "unknown", ...peers.dependencies, ...databaseVersions() },
  };
}

/** Of those that are there. */
function databaseVersions(): Record<string, string> {
  const postgres = versionOf(join(postgresPath() ?? "", "postgres"));
  const redis = versionOf("redis-server");
  return { ...(postgres && { postgres }), ...(redis && { redis }) };
}

function versionOf(program: string): string | undefined {
  const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return /\d+\.\d[.\d]*/.exec(stdout ?? "")?.[0];
}

interface Manifest {
  readonly version?: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

async function manifest(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(new URL(path, import.meta.url), "utf8")) as Manifest;
}

/** On what, when and of which versions something was measured. */
import { readFile } from "node:fs/promises";
import { cpus, release, type } from "node:os";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  /** When it was measured, in ISO 8601. */
  readonly date: string;
  /** Of Quire, and of the packages that its peers are made of. */
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
    versions: { quire: quire.version ?? "unknown", ...peers.dependencies },
  };
}

interface Manifest {
  readonly version?: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

async function manifest(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(new URL(path, import.meta.url), "utf8")) as Manifest;
}

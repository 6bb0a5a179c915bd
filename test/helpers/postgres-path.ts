/** Where the system's Postgres is: the programs of its server, which distributions keep off the PATH. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const OLDEST = 14;

/** What to do where it cannot be installed by the tests themselves. */
export const HOW_TO_GET_POSTGRES = `The tests of several nodes need the server of Postgres ${OLDEST} or newer: install it (Debian: apt install postgresql).`;

/** The folder of `postgres` and `initdb`, of the newest version there is; undefined: none that will do. */
export function postgresPath(): string | undefined {
  const packaged = globSync("/usr/lib/postgresql/*/bin/postgres").map((file) => dirname(file));
  const onPath = (process.env.PATH ?? "").split(delimiter);
  const [newest] = [...packaged, ...onPath]
    .map((folder) => ({ folder, version: versionIn(folder) }))
    .filter(({ version }) => version >= OLDEST)
    .toSorted((a, b) => b.version - a.version);
  return newest?.folder;
}

function versionIn(folder: string): number {
  if (!existsSync(join(folder, "initdb"))) return 0;
  const { stdout } = spawnSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" });
  return Number(/\) (\d+)/.exec(stdout)?.[1] ?? 0);
}

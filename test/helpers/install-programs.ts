/** Before the tests: makes sure that the programs are there that they run. As root on Debian it installs them. */
import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { browserPath, HOW_TO_GET_IT } from "./browser-path.ts";
import { HOW_TO_GET_POSTGRES, postgresPath } from "./postgres-path.ts";

/** Each by the package that has it. */
const PROGRAMS = [
  { package: "chromium", isThere: () => browserPath() !== undefined, hint: HOW_TO_GET_IT },
  program("poppler-utils", ["pdftotext", "-v"], "The tests of PDF"),
  program("curl", ["curl", "--version"], "The test of the README"),
  program("jq", ["jq", "--version"], "The test of the README"),
  program("redis-server", ["redis-server", "--version"], "The tests of several nodes"),
  { package: "postgresql", isThere: () => postgresPath() !== undefined, hint: HOW_TO_GET_POSTGRES },
  program("nginx", ["nginx", "-v"], "The test of the balancer"),
];

function program(name: string, [command = "", ...args]: readonly string[], who: string) {
  // Servers are kept where only root looks by itself.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  return {
    package: name,
    isThere: () => spawnSync(command, args, { env }).error === undefined,
    hint: `${who} needs ${command}: install it (Debian: apt install ${name}).`,
  };
}

function install(packages: readonly string[]): void {
  const options: SpawnSyncOptions = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  spawnSync("apt-get", ["update"], options);
  withoutServices(() =>
    spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], options),
  );
}

/** Debian asks this program, where there is one, before it starts the service of a package. */
const POLICY = "/usr/sbin/policy-rc.d";

/** The tests start servers of their own; the ones that come with the packages are not wanted. */
function withoutServices(work: () => void): void {
  if (existsSync(POLICY)) return work();
  writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    work();
  } finally {
    rmSync(POLICY);
  }
}

const missing = PROGRAMS.filter(({ isThere }) => !isThere()).map((each) => each.package);
const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
if (missing.length > 0 && isRootOnDebian) {
  process.stdout.write(`Installing ${missing.join(" and ")} for the tests\n`);
  install(missing);
}
for (const { isThere, hint } of PROGRAMS) {
  if (isThere()) continue;
  process.stderr.write(`${hint}\n`);
  process.exitCode = 1;
}

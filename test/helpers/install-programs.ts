/** Before the tests: makes sure that the programs are there that they run. As root on Debian it installs them. */
import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { browserPath, HOW_TO_GET_IT } from "./browser-path.ts";

/** Each by the package that has it. */
const PROGRAMS = [
  { package: "chromium", isThere: () => browserPath() !== undefined, hint: HOW_TO_GET_IT },
  program("poppler-utils", ["pdftotext", "-v"], "The tests of PDF"),
  program("curl", ["curl", "--version"], "The test of the README"),
  program("jq", ["jq", "--version"], "The test of the README"),
];

function program(name: string, [command = "", ...args]: readonly string[], who: string) {
  return {
    package: name,
    isThere: () => spawnSync(command, args).error === undefined,
    hint: `${who} needs ${command}: install it (Debian: apt install ${name}).`,
  };
}

function install(packages: readonly string[]): void {
  const options: SpawnSyncOptions = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  spawnSync("apt-get", ["update"], options);
  spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], options);
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

/** Before the tests: makes sure that there are a browser and a reader of PDF. As root on Debian it installs them. */
import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { browserPath, HOW_TO_GET_IT } from "./browser-path.ts";
import { hasPdfReader, HOW_TO_GET_A_READER } from "./pdf-text.ts";

const TOOLS = [
  { package: "chromium", isThere: () => browserPath() !== undefined, hint: HOW_TO_GET_IT },
  { package: "poppler-utils", isThere: hasPdfReader, hint: HOW_TO_GET_A_READER },
];

function install(packages: readonly string[]): void {
  const options: SpawnSyncOptions = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  spawnSync("apt-get", ["update"], options);
  spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], options);
}

const missing = TOOLS.filter(({ isThere }) => !isThere()).map((tool) => tool.package);
const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
if (missing.length > 0 && isRootOnDebian) {
  process.stdout.write(`Installing ${missing.join(" and ")} for the tests\n`);
  install(missing);
}
for (const { isThere, hint } of TOOLS) {
  if (isThere()) continue;
  process.stderr.write(`${hint}\n`);
  process.exitCode = 1;
}

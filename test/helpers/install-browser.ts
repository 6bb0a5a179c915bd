/** Before the tests: makes sure that there is a browser. As root on Debian it installs one. */
import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { browserPath, HOW_TO_GET_IT } from "./browser-path.ts";

function install(): void {
  const options: SpawnSyncOptions = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  spawnSync("apt-get", ["update"], options);
  spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", "chromium"], options);
}

const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
if (!browserPath() && isRootOnDebian) {
  process.stdout.write("Installing Chromium for the browser tests\n");
  install();
}
if (!browserPath()) {
  process.stderr.write(`${HOW_TO_GET_IT}\n`);
  process.exit(1);
}

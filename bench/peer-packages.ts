/** The packages that the peers are made of, which nobody but the bench needs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const BENCH = fileURLToPath(new URL(".", import.meta.url));

/** Installs them when they are missing, or older than the list of them. */
export async function installPeers(): Promise<void> {
  // npm writes the first one at the end.
  const installed = await modified("node_modules/.package-lock.json");
  if (installed >= (await modified("package-lock.json"))) return;
  process.stderr.write("the peers in bench/ are missing or old: npm ci\n");
  const npm = spawn("npm", ["ci"], { cwd: BENCH, stdio: ["ignore", 2, 2] });
  const [code] = await once(npm, "close");
  if (code !== 0) throw new Error("npm ci failed in bench/");
}

/** In milliseconds since 1970; 0 when there is none. */
function modified(file: string): Promise<number> {
  return stat(`${BENCH}${file}`).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

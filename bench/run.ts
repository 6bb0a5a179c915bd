/**
 * One measurement, as the bench starts it on the generator's core: mode, case, peer and
 * seed in, JSON out.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pause } from "./clock.ts";
import { MODES } from "./modes.ts";
import { PEERS } from "./peers.ts";

/** What takes longer, in milliseconds, hangs. */
const LIMIT_MS = 10 * 60_000;

const [, , modeName, caseNumber, peerName, seed = "1"] = process.argv;
const mode = MODES.find(({ name }) => name === modeName);
const each = mode?.cases[Number(caseNumber)];
const peer = PEERS.find(({ name }) => name === peerName);
if (!each || !peer) throw new Error("no such mode, case or peer");

async function tooLong(): Promise<never> {
  await pause(LIMIT_MS);
  throw new Error(`no end within ${LIMIT_MS / 60_000} minutes`);
}

const dataDir = await mkdtemp(join(tmpdir(), "quire-bench-"));
try {
  const run = { peer, dataDir, seed: Number(seed) };
  process.stdout.write(JSON.stringify(await Promise.race([each.measure(run), tooLong()])));
} finally {
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
}
process.exit(0);

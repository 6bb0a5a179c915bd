/** One measurement, as `main.ts` starts it on the generator's core: mode, case and peer in, JSON out. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MODES } from "./modes.ts";
import { PEERS } from "./peers.ts";

const [, , modeName, caseNumber, peerName] = process.argv;
const mode = MODES.find(({ name }) => name === modeName);
const each = mode?.cases[Number(caseNumber)];
const peer = PEERS.find(({ name }) => name === peerName);
if (!each || !peer) throw new Error("no such mode, case or peer");

const dataDir = await mkdtemp(join(tmpdir(), "quire-bench-"));
try {
  process.stdout.write(JSON.stringify(await each.measure({ peer, dataDir })));
} finally {
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
}
process.exit(0);

/**
 * All runs of a mode, each in a process on the generator's core. The peers take turns, so
 * that whatever changes on the machine meanwhile is shared among them.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Case, Measurement, Mode } from "./mode.ts";
import type { PeerName } from "./peers.ts";
import { isDisturbed, type Row, rowOf } from "./results.ts";
import { LOAD_CORE, pinned } from "./server-process.ts";

const RUN = fileURLToPath(new URL("run.ts", import.meta.url));

/** How often a run is repeated that others have disturbed. */
const REPEATS = 3;

/** One peer in one case, as far as it is measured. */
interface Entry {
  readonly peer: PeerName;
  readonly measurements: Measurement[];
  readonly failures: string[];
}

/** Measures all cases of a mode; a run that fails is noted, and the next one follows. */
export async function measureMode(
  mode: Mode,
  peers: readonly PeerName[],
  runs: number,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const each of mode.cases) {
    const entries = peers.map((peer): Entry => ({ peer, measurements: [], failures: [] }));
    for (let run = 1; run <= Math.min(runs, mode.mostRuns ?? runs); run++) {
      for (const entry of entries) await add(entry, mode, each, run);
    }
    for (const { peer, measurements, failures } of entries) {
      rows.push(rowOf(mode, { case: each.title, peer }, measurements, failures));
    }
  }
  return rows;
}

async function add(entry: Entry, mode: Mode, each: Case, run: number): Promise<void> {
  const log = (outcome: string) =>
    process.stderr.write(`${mode.name}, ${each.title}, ${entry.peer}, run ${run}: ${outcome}\n`);
  try {
    entry.measurements.push(await quietest(mode, each, entry.peer, run, log));
  } catch (error) {
    const reason = reasonOf(error);
    entry.failures.push(reason);
    log(`failed, ${reason}`);
  }
}

/** The first run that nobody disturbed, or the least disturbed one. */
async function quietest(
  mode: Mode,
  each: Case,
  peer: PeerName,
  run: number,
  log: (outcome: string) => void,
): Promise<Measurement> {
  const args = [mode.name, mode.cases.indexOf(each), peer, run].map(String);
  let best: Measurement | undefined;
  for (let attempt = 0; attempt <= REPEATS; attempt++) {
    const measurement = await measure(args);
    log(inWords(mode, measurement));
    if (!best || foreign(measurement) < foreign(best)) best = measurement;
    if (!best.shares || !isDisturbed(best.shares)) break;
  }
  if (!best) throw new Error("not measured");
  return best;
}

async function measure(args: readonly string[]): Promise<Measurement> {
  const [command = "", ...rest] = pinned(LOAD_CORE, [process.execPath, RUN, ...args]);
  const { stdout } = await promisify(execFile)(command, rest);
  return JSON.parse(stdout) as Measurement;
}

function foreign({ shares }: Measurement): number {
  return shares?.foreign ?? 0;
}

function inWords({ columns }: Mode, { figures, shares }: Measurement): string {
  const words = columns.flatMap(({ name, title, digits }) => {
    const value = figures[name];
    return value === undefined ? [] : `${title} ${value.toFixed(digits)}`;
  });
  if (shares && isDisturbed(shares))
    words.push(`disturbed (${(shares.foreign * 100).toFixed(0)} %)`);
  return words.join(", ");
}

/** The line of an uncaught error on standard error, or what else is known. */
function reasonOf(error: unknown): string {
  const { stderr = "", message } = error as Error & { readonly stderr?: string };
  return /^\w*Error: .*$/m.exec(stderr)?.[0] ?? message;
}

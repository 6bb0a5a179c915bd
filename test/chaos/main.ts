/**
 * `npm run chaos -- [--seeds 50] [--from N]`: the chaos harness at length, one seed after
 * another; `--seed N` runs one of them again.
 */
import { parseArgs } from "node:util";
import { programScope } from "../helpers/scope.ts";
import { described, type Fault, KINDS } from "./faults.ts";
import { chaos } from "./harness.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    from: { type: "string" },
    seed: { type: "string" },
  },
});
const from = Number(values.seed ?? values.from ?? Math.floor(Math.random() * 2 ** 31));
const seeds = values.seed === undefined ? Number(values.seeds) : 1;
const counts = new Map(KINDS.map((kind) => [kind, 0]));
const say = (line: string) => process.stdout.write(`${line}\n`);

async function run(seed: number): Promise<void> {
  const scope = programScope();
  say(`--seed ${seed}`);
  try {
    const onFault = (fault: Fault, second: number) => {
      counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
      say(`  ${second.toFixed(1)} s: ${described(fault)}`);
    };
    const { edits, hops, agreedMs, memory } = await chaos(scope, { seed, onFault });
    say(
      `  ${edits} edits, ${hops} times connected anew, agreed after ${Math.round(agreedMs)} ms, ` +
        `at most ${Math.round(memory / 2 ** 20)} MiB in a node`,
    );
  } finally {
    await scope.end();
  }
}

const failed: number[] = [];
for (let seed = from; seed < from + seeds; seed++) {
  try {
    await run(seed);
  } catch (error) {
    failed.push(seed);
    process.stderr.write(`${String(error)}\nrepeat it with: npm run chaos -- --seed ${seed}\n`);
  }
}
say([...counts].map(([kind, count]) => `${count} × ${kind}`).join(", "));
say(
  failed.length === 0
    ? `${seeds} seeds: nothing acknowledged was lost, nothing was there twice, all agreed`
    : `${failed.length} of ${seeds} seeds failed: ${failed.join(", ")}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

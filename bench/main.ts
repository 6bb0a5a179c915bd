/** `npm run bench`: measures what the arguments name, prints tables, and keeps a full bench. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { thisMachine } from "./machine.ts";
import { MODES } from "./modes.ts";
import { installPeers } from "./peer-packages.ts";
import { picture } from "./picture.ts";
import { HELP, type Plan, planOf } from "./plan.ts";
import { table } from "./report.ts";
import type { Results, Row } from "./results.ts";
import { measureMode } from "./series.ts";

const EXIT = { failed: 1, calledWrongly: 2 } as const;

function readPlan(): Plan | undefined {
  try {
    return planOf(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return process.exit(EXIT.calledWrongly);
  }
}

async function main(plan: Plan): Promise<void> {
  await installPeers();
  const machine = await thisMachine();
  const modes: { name: string; rows: readonly Row[] }[] = [];
  for (const mode of plan.modes) {
    const peers = mode.peers.filter((name) => plan.peers.includes(name));
    const rows = await measureMode(mode, peers, plan.runs);
    if (rows.length > 0) process.stdout.write(`${table(mode, rows)}\n`);
    if (rows.some(({ failures }) => failures.length > 0)) process.exitCode = EXIT.failed;
    modes.push({ name: mode.name, rows });
    // Each by itself: a bench that is broken off keeps what it has.
    if (plan.saves) await save({ machine, modes });
  }
  for (const file of plan.programs) await run(file);
}

/** What was not measured this time stays as it was. */
async function save({ machine, modes }: Results): Promise<void> {
  const docs = new URL("../docs/", import.meta.url);
  const file = new URL("benchmark.json", docs);
  const before = existsSync(file)
    ? (JSON.parse(await readFile(file, "utf8")) as Results).modes
    : [];
  const rowsOf = (name: string) => [...modes, ...before].find((mode) => mode.name === name)?.rows;
  const all = MODES.flatMap(({ name }) => ({ name, rows: rowsOf(name) ?? [] }));
  const results = { machine, modes: all.filter(({ rows }) => rows.length > 0) };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(new URL("benchmark.svg", docs), picture(results));
}

async function run(file: string): Promise<void> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const [code] = await once(spawn(process.execPath, [path], { stdio: "inherit" }), "close");
  if (code !== 0) process.exitCode = EXIT.failed;
}

const plan = readPlan();
if (plan) await main(plan);
else process.stdout.write(HELP);

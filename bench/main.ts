/** `npm run bench`: measures what the arguments name, prints tables, and keeps a full bench. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { thisMachine } from "./machine.ts";
import type { Mode } from "./mode.ts";
import { MODES } from "./modes.ts";
import { installPeers } from "./peer-packages.ts";
import { picture } from "./picture.ts";
import { HELP, type Plan, planOf } from "./plan.ts";
import { showInReadme } from "./readme.ts";
import { section } from "./report.ts";
import type { Results, Row } from "./results.ts";
import { measureMode } from "./series.ts";

const DOCS = new URL("../docs/", import.meta.url);

/** What the picture shows is in this one. */
const MAIN_FILE = "benchmark.json";

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
    if (rows.length > 0) process.stdout.write(`${section(mode, rows)}\n`);
    if (rows.some(({ failures }) => failures.length > 0)) process.exitCode = EXIT.failed;
    modes.push({ name: mode.name, rows });
    // Each by itself: a bench that is broken off keeps what it has.
    if (!plan.saves) continue;
    await save({ machine, modes });
    await showInReadme(mode, rows);
  }
  for (const file of plan.programs) await run(file);
}

/** Into the file of each mode; what was not measured this time stays as it was. */
async function save({ machine, modes }: Results): Promise<void> {
  for (const [file, kept] of Map.groupBy(MODES, fileOf)) {
    const isMeasured = kept.some(({ name }) => modes.some((mode) => mode.name === name));
    if (!isMeasured) continue;
    const before = await readResults(file);
    const rowsOf = (name: string) => [...modes, ...before].find((mode) => mode.name === name)?.rows;
    const all = kept.map(({ name }) => ({ name, rows: rowsOf(name) ?? [] }));
    const results = { machine, modes: all.filter(({ rows }) => rows.length > 0) };
    await writeFile(new URL(file, DOCS), `${JSON.stringify(results, null, 2)}\n`);
    if (file === MAIN_FILE) await writeFile(new URL("benchmark.svg", DOCS), picture(results));
  }
}

function fileOf({ file = MAIN_FILE }: Mode): string {
  return file;
}

async function readResults(file: string): Promise<Results["modes"]> {
  const url = new URL(file, DOCS);
  return existsSync(url) ? (JSON.parse(await readFile(url, "utf8")) as Results).modes : [];
}

async function run(file: string): Promise<void> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const [code] = await once(spawn(process.execPath, [path], { stdio: "inherit" }), "close");
  if (code !== 0) process.exitCode = EXIT.failed;
}

const plan = readPlan();
if (plan) await main(plan);
else process.stdout.write(HELP);

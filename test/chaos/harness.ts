/**
 * People write on a cluster, at every node in turn, while one part of it after another is
 * killed, frozen or cut off. Checks that nothing acknowledged is lost and nothing is there
 * twice, that all agree soon after the last fault, and that no node breaks or grows.
 */
import { setTimeout as pause } from "node:timers/promises";
import { startCluster, type TestCluster } from "../helpers/cluster.ts";
import { randomFrom, type Random } from "../helpers/random.ts";
import type { Scope } from "../helpers/scope.ts";
import { UNLIMITED } from "../helpers/unlimited.ts";
import { until } from "../helpers/until.ts";
import { problemsIn } from "./checker.ts";
import {
  complaintsAt,
  type Desk,
  isAtRest,
  readerAt,
  setUpDesks,
  unrestAt,
  wrongAt,
} from "./desk.ts";
import { drawFaults, type Fault, restartInOrder, strike } from "./faults.ts";
import { watchMemory } from "./memory.ts";
import { storedTexts } from "./stored-log.ts";
import type { Writer } from "./writer.ts";

const NODES = 3;

/** From the end of the last fault until everybody has the same; milliseconds. */
const AGREE_MS = 10_000;

/** What a node may take, in bytes: it takes about 170 MiB while nothing goes wrong, and 270 were seen after faults. */
const MOST_MEMORY = 350 * 2 ** 20;

/** How often somebody at all the desks writes, in milliseconds. */
const WRITE_MS = 8;

/** One in so many who would write changes to another node instead. */
const HOPS = 30;

export interface ChaosOptions {
  readonly seed: number;
  /** How many; default 6. */
  readonly faults?: number;
  /** Told after each, with the second at which it struck. */
  readonly onFault?: (fault: Fault, second: number) => void;
}

export interface ChaosReport {
  readonly edits: number;
  /** How often somebody was connected anew. */
  readonly hops: number;
  /** From the end of the last fault until everybody had the same. */
  readonly agreedMs: number;
  /** The most that a node took, in bytes. */
  readonly memory: number;
}

/** @throws with everything that was found wrong. */
export async function chaos(scope: Scope, options: ChaosOptions): Promise<ChaosReport> {
  const random = randomFrom(options.seed);
  const faults = drawFaults(random, { count: options.faults ?? 6, nodes: NODES });
  const cluster = await startCluster(scope, { nodes: NODES, env: UNLIMITED, isProxied: true });
  const desks = await setUpDesks(cluster, random);
  const writers = desks.flatMap((desk) => desk.writers);
  const memory = watchMemory(scope, cluster.nodes);
  const writing = startWriting(scope, writers, randomFrom(random.int(2 ** 31)));
  const { onFault } = options;
  const endedAt = await suffer(cluster, desks, { faults, onFault, onLast: writing.stop });
  writing.stop();
  const agreedMs = await agree(cluster, desks, endedAt);
  for (const writer of writers) writer.leave();
  await startOver(cluster, desks);
  demand(memory() > MOST_MEMORY ? [`a node took ${memory()} bytes`] : []);
  return {
    agreedMs,
    memory: memory(),
    edits: writers.reduce((sum, { edits }) => sum + edits.length, 0),
    hops: writers.reduce((sum, { connections }) => sum + connections - 1, 0),
  };
}

function startWriting(scope: Scope, writers: readonly Writer[], random: Random) {
  for (const writer of writers) writer.enter();
  const writing = setInterval(() => {
    const writer = random.pick(writers);
    if (random.int(HOPS) === 0) writer.hop();
    else writer.write();
  }, WRITE_MS);
  const stop = () => clearInterval(writing);
  scope.after(() => {
    stop();
    for (const writer of writers) writer.leave();
  });
  return { stop };
}

interface Course {
  readonly faults: readonly Fault[];
  readonly onFault: ChaosOptions["onFault"];
  /** In the midst of the last one. */
  readonly onLast: () => void;
}

/** One fault after another; after each, all is looked at that holds at any time. Answers when the last had ended. */
async function suffer(
  cluster: TestCluster,
  desks: readonly Desk[],
  { faults, onFault, onLast }: Course,
): Promise<number> {
  const writers = desks.flatMap((desk) => desk.writers);
  await until(() => !writers.some(({ isBehind }) => isBehind), { timeoutMs: 60_000 });
  const began = performance.now();
  let endedAt = began;
  for (const fault of faults) {
    await pause(fault.after);
    onFault?.(fault, (performance.now() - began) / 1000);
    // Nobody writes after it: what got lost must be missed without anything that comes later.
    if (fault === faults.at(-1)) setTimeout(onLast, fault.lasts / 2);
    await strike(fault, cluster);
    endedAt = performance.now();
    demand([
      ...brokenNodes(cluster),
      ...desks.flatMap(complaintsAt),
      ...(await lostOnDisk(cluster, desks)),
    ]);
  }
  return endedAt;
}

/** What was acknowledged is on disk from then on, whoever else may still have it and bring it back. */
async function lostOnDisk({ postgres }: TestCluster, desks: readonly Desk[]): Promise<string[]> {
  const before = desks.map(({ writers }) => writers.map(({ acknowledged }) => acknowledged));
  const ids = desks.map(({ document }) => document.id);
  const texts = await storedTexts(postgres.url, ids);
  return desks.flatMap(({ document, writers }, desk) => {
    const accounts = writers.map(({ edits }, n) => ({
      edits,
      acknowledged: before[desk]?.[n] ?? 0,
    }));
    const problems = problemsIn(texts[desk] ?? "", accounts);
    return problems.map((problem) => `on disk, ${document.id}: ${problem}`);
  });
}

/**
 * Everybody comes to the same, and so does somebody new at each node.
 * @param since When the last fault had ended; answers how many milliseconds it took from then on.
 */
async function agree(cluster: TestCluster, desks: readonly Desk[], since: number): Promise<number> {
  const passed = () => performance.now() - since;
  await atRest(desks, new Map(), AGREE_MS - passed());
  await newcomersAgree(cluster, desks, AGREE_MS - passed());
  const agreedMs = passed();
  demand(desks.flatMap(wrongAt));
  return agreedMs;
}

/** With nobody there who could bring anything back, the nodes begin anew, and each has all of it. */
async function startOver(cluster: TestCluster, desks: readonly Desk[]): Promise<void> {
  await Promise.all(cluster.nodes.map(restartInOrder));
  await newcomersAgree(cluster, desks, AGREE_MS);
  demand([...brokenNodes(cluster), ...desks.flatMap(complaintsAt)]);
}

async function newcomersAgree(
  { nodes }: TestCluster,
  desks: readonly Desk[],
  timeoutMs: number,
): Promise<void> {
  const readers = new Map(desks.map((desk) => [desk, nodes.map((node) => readerAt(node, desk))]));
  try {
    await atRest(desks, readers, timeoutMs);
  } finally {
    for (const reader of [...readers.values()].flat()) reader.leave();
  }
}

async function atRest(
  desks: readonly Desk[],
  readers: ReadonlyMap<Desk, readonly Writer[]>,
  timeoutMs: number,
): Promise<void> {
  try {
    await until(() => desks.every((desk) => isAtRest(desk, readers.get(desk))), { timeoutMs });
  } catch {
    demand([
      `not at rest after ${AGREE_MS} ms`,
      ...desks.flatMap((desk) => [...unrestAt(desk, readers.get(desk)), ...complaintsAt(desk)]),
    ]);
  }
}

/** A node that ended by itself, or printed what no node may. */
function brokenNodes({ nodes }: TestCluster): string[] {
  return nodes.flatMap(({ id, program: { child }, log }) => [
    ...(child.exitCode === null && child.signalCode === null ? [] : [`${id} ended by itself`]),
    ...log.split("\n").filter(isGrave),
  ]);
}

/** Fatal, or nothing that the logger wrote: a stack, or a warning of Node's. */
function isGrave(line: string): boolean {
  return line !== "" && !/^\{"level":[1-5]0,/.test(line);
}

function demand(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

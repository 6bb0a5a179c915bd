/** What processes have used of processor and memory, read from /proc. Linux only. */
import { readdirSync, readFileSync } from "node:fs";

/** `sysconf(_SC_CLK_TCK)` is 100 on every Linux that Node runs on: /proc counts in these. */
export const TICK_US = 10_000;

/** Where the fields that follow the name begin with 0: parent, own times, those of ended children. */
const FIELD = { parent: 1, own: [11, 12], ended: [13, 14] } as const;

/**
 * Processor time of all threads of a process so far, in microseconds. The kernel tells it of the
 * process in ticks, and to the nanosecond of the threads that have not ended: neither is ever too much.
 */
export function cpuOf(pid: number): number {
  return Math.max(sum(statOf(pid), FIELD.own), ofThreads(pid));
}

/** Likewise of a process and of all that it has started, which have started nothing themselves. */
export function familyCpu(pid: number): number {
  const alive = [pid, ...childrenOf(pid)].reduce((total, each) => total + ifAlive(each), 0);
  return alive + sum(statOf(pid), FIELD.ended);
}

/** Those it has started and that are still there. */
export function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter(Boolean).map(Number);
}

/** Which process has started this one. */
export function parentOf(pid: number): number {
  return Number(statOf(pid)[FIELD.parent]);
}

/** As /proc tells it, line by line. */
export function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, "utf8");
}

/** What follows the name, which may hold spaces: state is the third field of all. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function ofThreads(pid: number): number {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).reduce((total, thread) => {
    const [nanoseconds = 0] = readIfThere(`${folder}/${thread}/schedstat`).split(" ").map(Number);
    return total + nanoseconds / 1000;
  }, 0);
}

/** A thread may end at any moment. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function ifAlive(pid: number): number {
  try {
    return cpuOf(pid);
  } catch {
    return 0;
  }
}

function sum(fields: readonly string[], numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + Number(fields[number]) * TICK_US, 0);
}

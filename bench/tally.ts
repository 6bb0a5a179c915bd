/** What two nodes and their databases use over some time: processor time, bytes, commits. */
import type { Cluster } from "./cluster.ts";
import type { Counts } from "./databases.ts";

/** Processor time in microseconds, and what the databases count. */
export interface Tally extends Counts {
  readonly firstNode: number;
  readonly secondNode: number;
  readonly postgres: number;
  readonly redis: number;
}

/** What was used in so many seconds. */
export interface Use {
  readonly seconds: number;
  readonly tally: Tally;
}

/** What is used while something is done. */
export async function used(cluster: Cluster, work: () => Promise<unknown>): Promise<Use> {
  const [before, began] = [await tally(cluster), performance.now()];
  await work();
  const [after, seconds] = [await tally(cluster), (performance.now() - began) / 1000];
  return { seconds, tally: combined(after, before, (now, then) => now - then) };
}

/** Of a use that which would not have been used in the same time had it been quiet. */
export function beyond(use: Use, quiet: Use): Tally {
  const share = use.seconds / quiet.seconds;
  return combined(use.tally, quiet.tally, (all, idle) => all - idle * share);
}

/** What each of so many has used of it. */
export function each(total: Tally, count: number): Tally {
  return combined(total, total, (value) => value / count);
}

async function tally({ nodes, databases }: Cluster): Promise<Tally> {
  const [first, second = first] = nodes;
  return {
    firstNode: first.cpu(),
    secondNode: second.cpu(),
    postgres: databases.postgresCpu(),
    redis: databases.redisCpu(),
    ...(await databases.counts()),
  };
}

function combined(one: Tally, other: Tally, how: (one: number, other: number) => number): Tally {
  const of = (name: keyof Tally) => how(one[name], other[name]);
  return {
    firstNode: of("firstNode"),
    secondNode: of("secondNode"),
    postgres: of("postgres"),
    redis: of("redis"),
    wal: of("wal"),
    commits: of("commits"),
    stored: of("stored"),
    busIn: of("busIn"),
    busOut: of("busOut"),
  };
}

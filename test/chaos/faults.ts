/** What happens to a cluster while people write: faults of every kind, one after another, drawn from a seed. */
import { setTimeout as pause } from "node:timers/promises";
import type { NodeProxies, TestCluster, TestNode } from "../helpers/cluster.ts";
import type { Random } from "../helpers/random.ts";

/** One that is to come. */
export interface Fault {
  readonly kind: string;
  /** Which node it befalls, from 0 on; of no meaning where it befalls what they share. */
  readonly node: number;
  /** How long it lasts, in milliseconds; 0 where it is over at once. */
  readonly lasts: number;
  /** How long all goes well before it, in milliseconds. */
  readonly after: number;
}

/** Over at once: there is nothing to make good again. */
const MOMENTARY: ReadonlySet<string> = new Set(["node restarted", "redis flushed"]);

/** How one is brought about, and made good again where it lasts. */
interface Course {
  strike(): void | Promise<void>;
  heal?(): void | Promise<void>;
}

type CourseOf = (node: TestNode, cluster: TestCluster) => Course;

const NODES: Record<string, CourseOf> = {
  "node killed": (node) => ({ strike: () => node.kill(), heal: () => node.restart() }),
  "node frozen": (node) => ({ strike: () => node.pause(), heal: () => node.resume() }),
  "node restarted": (node) => ({ strike: () => restartInOrder(node) }),
};

const REDIS: Record<string, CourseOf> = {
  "redis killed": (_, { redis }) => ({ strike: () => redis.kill(), heal: () => redis.start() }),
  "redis frozen": (_, { redis }) => ({ strike: () => redis.pause(), heal: () => redis.resume() }),
  "redis flushed": (_, { redis }) => ({ strike: () => redis.flush() }),
};

const POSTGRES: Record<string, CourseOf> = {
  "postgres stopped": (_, { postgres }) => ({
    strike: () => postgres.stop("immediate"),
    heal: () => postgres.start(),
  }),
  "postgres killed": (_, { postgres }) => ({
    strike: () => postgres.kill(),
    heal: () => postgres.start(),
  }),
  "postgres frozen": (_, { postgres }) => ({
    strike: () => postgres.pause(),
    heal: () => postgres.resume(),
  }),
};

const FAULTS: Record<string, CourseOf> = {
  ...NODES,
  ...REDIS,
  ...POSTGRES,
  ...linkFaults("redis", "node–redis"),
  ...linkFaults("postgres", "node–postgres"),
  ...linkFaults("clients", "client–node"),
};

export const KINDS: readonly string[] = Object.keys(FAULTS);

export interface FaultPlan {
  readonly count: number;
  /** Of the cluster. */
  readonly nodes: number;
}

/** None of a kind twice before all others were there. */
export function drawFaults(random: Random, { count, nodes }: FaultPlan): Fault[] {
  // One outlasts every patience, the others end before most notice.
  const long = random.int(count);
  let deck: string[] = [];
  return Array.from({ length: count }, (_, n) => {
    if (deck.length === 0) deck = [...KINDS];
    const [kind = ""] = deck.splice(random.int(deck.length), 1);
    const patience = n === long ? 4000 + random.int(2000) : 200 + random.int(1000);
    const lasts = MOMENTARY.has(kind) ? 0 : patience;
    return { kind, node: random.int(nodes), lasts, after: 200 + random.int(600) };
  });
}

/** What befalls whom, and for how long. */
export function described({ kind, node, lasts }: Fault): string {
  const whom = kind in REDIS || kind in POSTGRES ? "" : ` (node-${node + 1})`;
  return `${kind}${whom}${lasts > 0 ? `, ${lasts} ms` : ""}`;
}

/** Brings it about and makes it good again; resolves when that is done. */
export async function strike(fault: Fault, cluster: TestCluster): Promise<void> {
  const node = cluster.nodes[fault.node];
  const course = node && FAULTS[fault.kind]?.(node, cluster);
  if (!course) throw new Error(`no fault ${fault.kind} for node ${fault.node}`);
  await course.strike();
  await pause(fault.lasts);
  await course.heal?.();
}

function linkFaults(link: keyof NodeProxies, name: string): Record<string, CourseOf> {
  const proxyOf = ({ proxies }: TestNode) => {
    if (!proxies) throw new Error("there are no proxies to cut");
    return proxies[link];
  };
  return {
    [`${name} cut`]: (node) => ({
      strike: () => proxyOf(node).cut(),
      heal: () => proxyOf(node).restore(),
    }),
    [`${name} held up`]: (node) => ({
      strike: () => proxyOf(node).hang(),
      heal: () => proxyOf(node).restore(),
    }),
  };
}

/** As an operator does it: what is taken in is saved first, or the exit code would say so. */
export async function restartInOrder(node: TestNode): Promise<void> {
  const { program } = node;
  await node.restart();
  const code = await program.exited();
  if (code !== 0) throw new Error(`${node.id} ended with ${code}: ${program.stderr()}`);
}

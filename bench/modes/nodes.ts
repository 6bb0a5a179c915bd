/** One, two and three nodes that share Postgres and Redis: what an update costs all of them, and how long it takes from one node to another. */
import { Circles } from "../circles.ts";
import { atRate } from "../clock.ts";
import { Cluster, type Spent } from "../cluster.ts";
import type { Measurement, Mode, Run } from "../mode.ts";
import { joinEach } from "../people.ts";
import { Watch } from "../server-process.ts";
import { saturated, seat } from "./fanout.ts";

const NODES = [1, 2, 3];

/** Characters before a measurement, as fast as they arrive: at a person's rate it would take a minute until a server's code is compiled. */
const WARM_UP = 3000;
const MEASURED_MS = 3000;

/** How many documents, who is in them, and how fast they type. */
interface Crowd {
  readonly title: string;
  readonly documents: number;
  /** In each document, in turn at one node after the other. */
  readonly people: number;
  readonly typing: number;
  /** Characters a second, of all. */
  readonly rate: number;
}

const CROWDS: readonly Crowd[] = [
  {
    title: "1 document, 10 people, 2 typing 200 characters a second",
    documents: 1,
    people: 10,
    typing: 2,
    rate: 200,
  },
  {
    title: "50 documents, 6 people each, all typing one character a second",
    documents: 50,
    people: 6,
    typing: 6,
    rate: 300,
  },
];

async function steady(run: Run, crowd: Crowd, nodes: number): Promise<Measurement> {
  const cluster = await Cluster.start(run, nodes);
  const circles = await Circles.gather(cluster, crowd.documents, inTurn(crowd.people, nodes));
  const type = () => circles.type(crowd.typing);
  await circles.hurry(WARM_UP, crowd.typing);
  circles.forget();
  const [before, watch] = [cluster.spent(), new Watch(cluster)];
  await atRate(crowd.rate, MEASURED_MS, type);
  await circles.allArrived();
  const shares = watch.shares();
  await cluster.settled();
  const figures = { ...perUpdate(before, cluster.spent(), circles.typed), ...circles.delays() };
  await cluster.end();
  return { figures, shares };
}

function perUpdate(before: Spent, after: Spent, updates: number): Spent & { readonly all: number } {
  const nodes = (after.nodes - before.nodes) / updates;
  const postgres = (after.postgres - before.postgres) / updates;
  const redis = (after.redis - before.redis) / updates;
  return { all: nodes + postgres + redis, nodes, postgres, redis };
}

export const nodeRate: Mode = {
  name: "nodes-fixed-rate",
  title: "Several nodes, at a rate that people reach",
  file: "benchmark-nodes.json",
  columns: [
    { name: "all", title: "CPU µs an update", better: "lower", digits: 0 },
    { name: "nodes", title: "of it nodes", better: "lower", digits: 0 },
    { name: "postgres", title: "Postgres", better: "lower", digits: 0 },
    { name: "redis", title: "Redis", better: "lower", digits: 0 },
    { name: "p50", title: "p50 ms", better: "lower", digits: 1 },
    { name: "p95", title: "p95 ms", better: "lower", digits: 1 },
    { name: "p99", title: "p99 ms", better: "lower", digits: 1 },
  ],
  cases: CROWDS.flatMap((crowd) =>
    NODES.map((nodes) => ({
      title: `${crowd.title}, ${inWords(nodes)}`,
      measure: (run: Run) => steady(run, crowd, nodes),
    })),
  ),
  peers: ["hocuspocus", "quire"],
};

export const nodeSaturation: Mode = {
  name: "nodes-saturation",
  title: "One document over several nodes, as fast as it goes: 10 people, 2 typing",
  file: "benchmark-nodes.json",
  columns: [
    { name: "perSecond", title: "delivered a second", better: "higher", digits: 0 },
    { name: "cpuMicroseconds", title: "CPU µs a delivery", better: "lower", digits: 1 },
  ],
  saturates: true,
  cases: NODES.map((nodes) => ({
    title: inWords(nodes),
    measure: async (run) => {
      const cluster = await Cluster.start(run, nodes);
      const place = await run.peer.create(cluster.nodes[0].url);
      const clients = await joinEach(cluster.nodesOf(inTurn(10, nodes)), place);
      return saturated(seat(cluster, place, clients, 2));
    },
  })),
  peers: ["hocuspocus", "quire"],
};

/** The seats of so many people. */
function inTurn(people: number, nodes: number): number[] {
  return Array.from({ length: people }, (_, n) => n % nodes);
}

function inWords(nodes: number): string {
  return nodes === 1 ? "1 node" : `${nodes} nodes`;
}

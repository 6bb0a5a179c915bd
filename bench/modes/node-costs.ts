/**
 * What a node costs, one thing at a time, for the capacity model in `docs/SCALING.md`. What is
 * used while nothing happens is taken off what an update costs, and told by itself.
 */
import { Circles } from "../circles.ts";
import { atRate, concurrently, pause } from "../clock.ts";
import { Cluster } from "../cluster.ts";
import type { Column, Measurement, Mode, Run } from "../mode.ts";
import { join } from "../people.ts";
import type { Place } from "../peers.ts";
import { Watch } from "../server-process.ts";
import { beyond, each, type Tally, type Use, used } from "../tally.ts";

/** Documents that are written in, characters a second in all of them, and readers of each at the second node. */
const WRITTEN = { documents: 100, rate: 1000, warmUp: 5000, few: 1, many: 5 };
const MEASURED_MS = 3000;

/** Documents that are only open, all at the first node: one half, so that it is warm, and then the other half, which more people join. */
const OPEN = { half: 800, people: 3 };
const AT_ONCE = 16;

/** Until the memory is read. */
const CALMING_MS = 2500;

/** Long enough to see what is done each second, and over before anybody is sent a heartbeat. */
const QUIET_MS = 3000;

/** As long as it takes until everybody has been pinged once. */
const HEARTBEAT_MS = 15_000;

/** All write at the first node, all others read at the second: what the second one takes grows with its readers, and the rest is what comes from the bus. */
async function updates(run: Run): Promise<Measurement> {
  const cluster = await Cluster.start(run, 2);
  const few = await warmedUp(cluster, WRITTEN.few);
  const many = await warmedUp(cluster, WRITTEN.many);
  await cluster.settled();
  const quiet = await used(cluster, () => pause(QUIET_MS));
  const watch = new Watch(cluster);
  const toFew = await perUpdate(cluster, few, quiet);
  const toMany = await perUpdate(cluster, many, quiet);
  const shares = watch.shares();
  await cluster.end();
  const delivery = (toMany.secondNode - toFew.secondNode) / (WRITTEN.many - WRITTEN.few);
  const mean = (name: keyof Tally) => (toFew[name] + toMany[name]) / 2;
  const figures = {
    taken: mean("firstNode"),
    received: toFew.secondNode - delivery * WRITTEN.few,
    delivery,
    postgres: mean("postgres"),
    redis: mean("redis"),
    busIn: mean("busIn"),
    busOut: mean("busOut"),
    commits: mean("commits") * WRITTEN.rate,
    wal: mean("wal"),
    stored: mean("stored"),
  };
  return { figures, shares };
}

async function warmedUp(cluster: Cluster, readers: number): Promise<Circles> {
  const seats = [0, ...Array.from({ length: readers }, () => 1)];
  const circles = await Circles.gather(cluster, WRITTEN.documents, seats);
  await circles.hurry(WRITTEN.warmUp, 1);
  circles.forget();
  return circles;
}

async function perUpdate(cluster: Cluster, circles: Circles, quiet: Use): Promise<Tally> {
  const use = await used(cluster, async () => {
    await atRate(WRITTEN.rate, MEASURED_MS, () => circles.type(1));
    await circles.allArrived();
    await cluster.settled();
  });
  return each(beyond(use, quiet), circles.typed);
}

/** Nobody writes: what is open costs memory, and is compared with the log each second. */
async function rooms(run: Run): Promise<Measurement> {
  const cluster = await Cluster.start(run, 2);
  const [node, other = node] = cluster.nodes;
  const watch = new Watch(cluster);
  const bare = await calm(cluster, QUIET_MS);
  // At the other node, since making them is not what is measured.
  const places = await concurrently(Array.from({ length: 2 * OPEN.half }), AT_ONCE, () =>
    run.peer.create(other.url),
  );
  const half = places.slice(OPEN.half);
  await joinOnce(cluster, places.slice(0, OPEN.half));
  const halfOpen = await calm(cluster, 0);
  await joinOnce(cluster, half);
  const open = await calm(cluster, QUIET_MS);
  for (let n = 1; n < OPEN.people; n++) await joinOnce(cluster, half);
  const full = await calm(cluster, HEARTBEAT_MS);
  const shares = watch.shares();
  await cluster.end();
  const joined = (OPEN.people - 1) * OPEN.half;
  const connection = (full.memory - open.memory) / joined;
  const figures = {
    nodeMegabytes: (2 * halfOpen.memory - open.memory) / 1024 ** 2,
    roomKilobytes: ((open.memory - halfOpen.memory) / OPEN.half - connection) / 1024,
    connectionKilobytes: connection / 1024,
    roomCpu: (open.use.firstNode - bare.use.firstNode) / places.length,
    roomPostgres: (open.use.postgres - bare.use.postgres) / places.length,
    connectionCpu: (full.use.firstNode - open.use.firstNode) / (places.length + joined),
  };
  return { figures, shares };
}

/** What the first node has and takes while nothing happens. */
interface Calm {
  /** Resident, in bytes. */
  readonly memory: number;
  /** A second. */
  readonly use: Tally;
}

async function calm(cluster: Cluster, milliseconds: number): Promise<Calm> {
  await pause(CALMING_MS);
  const memory = cluster.nodes[0].memory();
  const { tally, seconds } = await used(cluster, () => pause(milliseconds));
  return { memory, use: each(tally, seconds) };
}

async function joinOnce({ nodes: [node] }: Cluster, places: readonly Place[]): Promise<void> {
  await concurrently(places, AT_ONCE, (place) => join(node, place));
}

function cost(name: string, title: string, digits = 0): Column {
  return { name, title, better: "lower", digits };
}

export const nodeCosts: Mode = {
  name: "node-costs",
  title: "What a node costs, one thing at a time",
  file: "benchmark-nodes.json",
  isList: true,
  mostRuns: 2,
  columns: [
    cost("taken", "CPU µs an update that a node takes in, writes and publishes"),
    cost("received", "CPU µs an update that a node receives from another"),
    cost("delivery", "CPU µs a delivery to one reader", 1),
    cost("postgres", "CPU µs an update, Postgres"),
    cost("redis", "CPU µs an update, Redis, two nodes"),
    cost("busIn", "bytes an update to Redis"),
    cost("busOut", "bytes an update from Redis, one node receiving"),
    cost("commits", "commits a second of Postgres"),
    cost("wal", "bytes an update of write-ahead log"),
    cost("stored", "bytes an update of tables and indexes"),
    cost("nodeMegabytes", "MB of a node with nothing open"),
    cost("roomKilobytes", "kB an open document", 1),
    cost("connectionKilobytes", "kB a connection", 1),
    cost("roomCpu", "CPU µs a second an open document: comparing it with the log", 1),
    cost("roomPostgres", "CPU µs a second an open document, Postgres", 1),
    cost("connectionCpu", "CPU µs a second a connection", 1),
  ],
  cases: [
    {
      title: `${WRITTEN.rate.toLocaleString("en")} updates a second in ${WRITTEN.documents} documents`,
      measure: updates,
    },
    {
      title: `${(2 * OPEN.half).toLocaleString("en")} documents that nobody writes in`,
      measure: rooms,
    },
  ],
  peers: ["quire"],
};

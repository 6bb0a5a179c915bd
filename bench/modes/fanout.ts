/** Few type, all the others read: as fast as it goes, and at a rate that people reach. */
import { everyTurn, atRate, percentile, until } from "../clock.ts";
import type { Client } from "../client.ts";
import type { Measurement, Mode, Run } from "../mode.ts";
import type { Place } from "../peers.ts";
import { allSaved, joinAll, Writer } from "../people.ts";
import { type Served, ServerProcess, Watch } from "../server-process.ts";
import { Counter, Delays, Typist } from "../typing.ts";

/** Characters that may be under way in a saturated room: enough that the server never waits. */
const WINDOW = 1000;

const WARM_UP_MS = 1000;

/**
 * Before a measurement at a fixed rate: at that rate it would take a minute until a server's
 * code is compiled. What each of the servers can do, a second.
 */
const WARM_UP = { ms: 6000, edits: 2000, deliveries: 50_000 };
const MEASURED_MS = 4000;

interface Room<Server extends Served> {
  readonly server: Server;
  readonly writers: readonly Writer[];
  readonly readers: readonly Client[];
}

async function enter(run: Run, people: number, typing: number): Promise<Room<ServerProcess>> {
  const server = await ServerProcess.start(run.peer, run.dataDir);
  const place = await run.peer.create(server.url);
  return seat(server, place, await joinAll(server, place, people), typing);
}

/** The first of them type, the others read. */
export function seat<Server extends Served>(
  server: Server,
  place: Place,
  clients: readonly Client[],
  typing: number,
): Room<Server> {
  const writers = clients
    .slice(0, typing)
    .map((client, n) => new Writer(client, place, new Typist(n + 1)));
  return { server, writers, readers: clients.slice(typing) };
}

/** As much as the server takes. */
export async function saturated({ server, writers, readers }: Room<Served>): Promise<Measurement> {
  const counters = readers.map((reader) => {
    const counter = new Counter();
    reader.listen({ onBytes: (bytes) => counter.add(bytes) });
    return counter;
  });
  const typed = () => writers.reduce((sum, { typist }) => sum + typist.typed, 0);
  const slowest = () => Math.min(...counters.map(({ count }) => count));
  const refill = () => {
    const more = Math.floor((WINDOW - typed() + slowest()) / writers.length);
    if (more > 0) for (const writer of writers) writer.type(more);
  };
  await everyTurn(WARM_UP_MS, refill);
  const seen = () => counters.reduce((sum, { count }) => sum + count, 0);
  const [before, watch] = [seen(), new Watch(server)];
  await everyTurn(MEASURED_MS, refill);
  // An update goes to everybody but its writer; of those, only who does not write counts.
  const others = writers.length + readers.length - 1;
  const deliveries = ((seen() - before) * others) / readers.length;
  const figures = {
    perSecond: deliveries / (watch.milliseconds / 1000),
    cpuMicroseconds: watch.cpu / deliveries,
  };
  const shares = watch.shares();
  await until(() => slowest() === typed(), "every character arrived everywhere");
  await allSaved(server, writers);
  await server.end();
  return { figures, shares };
}

async function steady(
  run: Run,
  people: number,
  typing: number,
  rate: number,
): Promise<Measurement> {
  const room = await enter(run, people, typing);
  const { server, writers, readers } = room;
  const delays = new Delays();
  for (const reader of readers) {
    reader.listen({ onMessage: (message) => delays.received(message) });
  }
  const type = (n: number) => {
    const writer = writers[n % writers.length];
    if (!writer) return;
    delays.sent(writer.typist.clientId);
    writer.type(1);
  };
  const typed = () => writers.reduce((sum, { typist }) => sum + typist.typed, 0);
  await atRate(Math.min(WARM_UP.edits, WARM_UP.deliveries / (people - 1)), WARM_UP.ms, type);
  const arrived = () => delays.values.length === typed() * readers.length;
  await until(arrived, "every character arrived everywhere");
  await server.idle();
  const before = typed();
  delays.clear();
  const watch = new Watch(server);
  await atRate(rate, MEASURED_MS, type);
  await until(
    () => delays.values.length === (typed() - before) * readers.length,
    "every character arrived everywhere",
  );
  await allSaved(server, writers);
  const shares = watch.shares();
  await server.idle();
  const figures = {
    cpuMicroseconds: watch.cpu / ((typed() - before) * (people - 1)),
    p50: percentile(delays.values, 0.5),
    p99: percentile(delays.values, 0.99),
  };
  await server.end();
  return { figures, shares };
}

const CPU = {
  name: "cpuMicroseconds",
  title: "CPU µs a delivery",
  better: "lower",
  digits: 2,
} as const;

export const saturation: Mode = {
  name: "saturation",
  title: "One document, as fast as it goes",
  columns: [{ name: "perSecond", title: "delivered a second", better: "higher", digits: 0 }, CPU],
  saturates: true,
  cases: [
    [2, 1],
    [10, 2],
    [50, 5],
    [200, 10],
  ].map(([people = 0, typing = 0]) => ({
    title: `${people} people, ${typing} typing`,
    measure: async (run) => saturated(await enter(run, people, typing)),
  })),
  peers: ["relay", "y-ws", "y-ws+ldb", "hocuspocus", "quire"],
};

export const fixedRate: Mode = {
  name: "fixed-rate",
  title: "One document, at a rate that people reach",
  columns: [
    CPU,
    { name: "p50", title: "p50 ms", better: "lower", digits: 2 },
    { name: "p99", title: "p99 ms", better: "lower", digits: 2 },
  ],
  cases: [
    [2, 1, 400],
    [10, 2, 200],
    [50, 5, 200],
    [200, 10, 50],
  ].map(([people = 0, typing = 0, rate = 0]) => ({
    title: `${people} people, ${typing} typing ${rate} characters a second`,
    measure: (run) => steady(run, people, typing, rate),
  })),
  peers: ["relay", "y-ws", "y-ws+ldb", "hocuspocus", "quire"],
};

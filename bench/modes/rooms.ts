/** Very many documents with two people in each, who all type slowly: what a room costs. */
import { atRate, percentile, until } from "../clock.ts";
import type { Measurement, Mode, Run } from "../mode.ts";
import { joinPairs, type Pair, quietMemory, serverWith } from "../pairs.ts";
import { allSaved, Writer } from "../people.ts";
import { Watch } from "../server-process.ts";
import { Delays, Typist } from "../typing.ts";

/** Everybody types once in this time. */
const ROUND_MS = 1000;

const WARM_UP_MS = 4000;
const MEASURED_MS = 8000;

/** Somebody who types, and how long it took to arrive at the other one. */
interface Seat {
  readonly writer: Writer;
  readonly delays: Delays;
}

async function measure(run: Run, rooms: number): Promise<Measurement> {
  const { server, places } = await serverWith(rooms, run);
  const before = await quietMemory(server);
  const began = performance.now();
  const pairs = await joinPairs(server, places);
  const joinsPerSecond = (2 * rooms * 1000) / (performance.now() - began);
  const kilobytes = ((await quietMemory(server)) - before) / 1024 / rooms;

  const seats = pairs.flatMap(seated);
  const rate = (seats.length * 1000) / ROUND_MS;
  await atRate(rate, WARM_UP_MS, (n) => type(seats[n % seats.length]));
  await until(() => arrived(seats) === typed(seats), "every character arrived");
  await server.idle();
  const sofar = typed(seats);
  for (const { delays } of seats) delays.clear();
  const watch = new Watch(server);
  await atRate(rate, MEASURED_MS, (n) => type(seats[n % seats.length]));
  const updates = typed(seats) - sofar;
  await until(() => arrived(seats) === updates, "every character arrived");
  const shares = watch.shares();
  await server.idle();
  const cpuMicroseconds = watch.cpu / updates;

  const writers = seats.map(({ writer }) => writer);
  await allSaved(server, writers);
  await server.end();
  const p99 = percentile(
    seats.flatMap(({ delays }) => delays.values),
    0.99,
  );
  return { figures: { joinsPerSecond, cpuMicroseconds, p99, kilobytes }, shares };
}

/** Delays are kept by who wrote: some servers send everybody their own updates back. */
function seated({ place, people }: Pair): Seat[] {
  const [one, other] = [new Delays(), new Delays()];
  return people.map((client, n) => {
    const [own, others] = n === 0 ? [one, other] : [other, one];
    const typist = new Typist(n + 1);
    const writer = new Writer(client, place, typist, (message) => others.received(message));
    return { writer, delays: own };
  });
}

function type(seat: Seat | undefined): void {
  if (!seat) return;
  seat.delays.sent(seat.writer.typist.clientId);
  seat.writer.type(1);
}

function typed(seats: readonly Seat[]): number {
  return seats.reduce((sum, { writer }) => sum + writer.typist.typed, 0);
}

function arrived(seats: readonly Seat[]): number {
  return seats.reduce((sum, { delays }) => sum + delays.values.length, 0);
}

export const rooms: Mode = {
  name: "rooms",
  headline: "cpuMicroseconds",
  title: "Rooms of two, each person typing one character a second",
  columns: [
    { name: "joinsPerSecond", title: "connections a second", better: "higher", digits: 0 },
    { name: "cpuMicroseconds", title: "CPU µs an update", better: "lower", digits: 0 },
    { name: "p99", title: "p99 ms", better: "lower", digits: 1 },
    { name: "kilobytes", title: "kB a room", better: "lower", digits: 0 },
  ],
  cases: [500, 2000].map((count) => ({
    title: `${count.toLocaleString("en")} rooms`,
    measure: (run) => measure(run, count),
  })),
  peers: ["relay", "y-ws", "y-ws+ldb", "hocuspocus", "quire"],
};

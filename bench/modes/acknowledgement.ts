/** How long an edit takes from leaving its writer until the server says that it is on disk. */
import { atRate, percentile, until } from "../clock.ts";
import type { Measurement, Mode, Run } from "../mode.ts";
import { join, Writer } from "../people.ts";
import { ServerProcess, Watch } from "../server-process.ts";
import { Typist } from "../typing.ts";

const WARM_UP_MS = 1000;
const MEASURED_MS = 10_000;

/** A document with one writer, who looks at the clock. */
class Room {
  readonly #writer: Writer;
  /** When each character left, from the first one on. */
  readonly #sentAt: number[] = [];
  /** Milliseconds until each was acknowledged. */
  delays: number[] = [];

  private constructor(writer: Writer) {
    this.#writer = writer;
    writer.onAcknowledged = (from, to) => {
      const now = performance.now();
      for (const time of this.#sentAt.slice(from, to)) this.delays.push(now - time);
    };
  }

  static async open(run: Run, server: ServerProcess): Promise<Room> {
    const place = await run.peer.create(server.url);
    return new Room(new Writer(await join(server, place), place, new Typist(1)));
  }

  type(): void {
    this.#sentAt.push(performance.now());
    this.#writer.type(1);
  }

  get isSaved(): boolean {
    return this.#writer.acknowledged === this.#sentAt.length;
  }
}

async function acknowledged(run: Run, rate: number, count: number): Promise<Measurement> {
  const server = await ServerProcess.start(run.peer, run.dataDir);
  const rooms: Room[] = [];
  for (let n = 0; n < count; n++) rooms.push(await Room.open(run, server));
  const type = (n: number) => rooms[n % count]?.type();
  const allSaved = () =>
    until(() => rooms.every(({ isSaved }) => isSaved), "every character is acknowledged");
  await atRate(rate, WARM_UP_MS, type);
  await allSaved();
  for (const room of rooms) room.delays = [];
  const watch = new Watch(server);
  await atRate(rate, MEASURED_MS, type);
  const seconds = watch.milliseconds / 1000;
  const shares = watch.shares();
  await allSaved();
  await server.end();
  const delays = rooms.flatMap((room) => room.delays);
  const figures = {
    reached: delays.length / seconds,
    p50: percentile(delays, 0.5),
    p95: percentile(delays, 0.95),
    p99: percentile(delays, 0.99),
  };
  return { figures, shares };
}

export const acknowledgement: Mode = {
  name: "acknowledgement",
  title: "From the writer to the disk and back, one writer a document",
  columns: [
    { name: "reached", title: "reached a second", better: "higher", digits: 0 },
    { name: "p50", title: "p50 ms", better: "lower", digits: 1 },
    { name: "p95", title: "p95 ms", better: "lower", digits: 1 },
    { name: "p99", title: "p99 ms", better: "lower", digits: 1 },
  ],
  cases: [
    [50, 25],
    [1000, 100],
    [20_000, 200],
  ].map(([rate = 0, rooms = 0]) => ({
    title: `${rate.toLocaleString("en")} characters a second in ${rooms} documents`,
    measure: (run) => acknowledged(run, rate, rooms),
  })),
  peers: ["quire"],
};

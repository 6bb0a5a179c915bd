/** One of ten reads nothing while another pastes and pastes: what that costs the server, and the others. */
import { atRate, percentile, until } from "../clock.ts";
import type { Measurement, Mode, Run, Shares } from "../mode.ts";
import { allSaved, joinAll, Writer } from "../people.ts";
import { ServerProcess, Watch } from "../server-process.ts";
import { Delays, Typist } from "../typing.ts";

const PEOPLE = 10;

const SENTENCE = "What one person pastes, all the others are to see. ";
const PASTE = SENTENCE.repeat(98);

const WARM_UP_MS = 1000;
const MEASURED_MS = 15_000;
const PASTED_BYTES = 30_000_000;
const PASTES_PER_SECOND = PASTED_BYTES / PASTE.length / (MEASURED_MS / 1000);

interface Pasted {
  /** By which the server's memory grew, at most. */
  readonly bytes: number;
  /** Of those who read. */
  readonly p99: number;
  readonly shares: Shares;
}

async function measure(run: Run): Promise<Measurement> {
  const without = await paste(run, false);
  const withSlow = await paste(run, true);
  const figures = {
    megabytesWithout: without.bytes / 1_000_000,
    megabytes: (withSlow.bytes - without.bytes) / 1_000_000,
    p99: withSlow.p99,
    p99Without: without.p99,
  };
  const server = Math.max(without.shares.server, withSlow.shares.server);
  const foreign = Math.max(without.shares.foreign, withSlow.shares.foreign);
  const generator = Math.max(without.shares.generator, withSlow.shares.generator);
  return { figures, shares: { server, foreign, generator } };
}

async function paste(run: Run, isOneSlow: boolean): Promise<Pasted> {
  const server = await ServerProcess.start(run.peer, run.dataDir);
  const place = await run.peer.create(server.url);
  const [slow, first, ...readers] = await joinAll(server, place, PEOPLE);
  if (!slow || !first) throw new Error("nobody came");
  const writer = new Writer(first, place, new Typist(1, PASTE));
  const delays = new Delays(PASTE.length);
  for (const reader of readers) {
    reader.listen({ onMessage: (message) => delays.received(message) });
  }
  const arrived = () => delays.values.length === writer.typist.typed * readers.length;
  const pasteOnce = () => {
    delays.sent(writer.typist.clientId);
    writer.type(1);
  };
  await atRate(PASTES_PER_SECOND, WARM_UP_MS, pasteOnce);
  await until(arrived, "every paste arrived");

  if (isOneSlow) slow.stopReading();
  const [before, warmUp, watch] = [server.memory(), delays.values.length, new Watch(server)];
  await atRate(PASTES_PER_SECOND, MEASURED_MS, pasteOnce);
  await until(arrived, "every paste arrived");
  const bytes = server.peakMemory() - before;
  const p99 = percentile(delays.values.slice(warmUp), 0.99);
  const shares = watch.shares();
  await allSaved(server, [writer]);
  await server.end();
  return { bytes, p99, shares };
}

export const slowReader: Mode = {
  name: "slow-reader",
  headline: "megabytes",
  title: "One who reads nothing while 30 MB are pasted",
  columns: [
    { name: "megabytesWithout", title: "MB without", better: "lower", digits: 0 },
    { name: "megabytes", title: "MB more with", better: "lower", digits: 0 },
    { name: "p99Without", title: "p99 ms without", better: "lower", digits: 1 },
    { name: "p99", title: "others' p99 ms with", better: "lower", digits: 1 },
  ],
  cases: [{ title: `${PEOPLE} people, one pasting 2 MB a second`, measure }],
  peers: ["relay", "y-ws", "y-ws+ldb", "hocuspocus", "quire"],
};

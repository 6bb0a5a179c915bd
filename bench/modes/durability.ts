/**
 * One types, another reads, and the server is killed with SIGKILL: what of that which the
 * reader had already received, and which the server had called saved, is there afterwards?
 */
import * as Y from "yjs";
import { CONTENT } from "../../server/protocol/document.ts";
import { randomFrom } from "../../test/helpers/random.ts";
import { atRate, pause, until } from "../clock.ts";
import type { Measurement, Mode, Run } from "../mode.ts";
import type { Place } from "../peers.ts";
import { join, Writer } from "../people.ts";
import { ServerProcess } from "../server-process.ts";
import { typedIn, Typist, updateIn } from "../typing.ts";

const KILLS = 4;

/** After the first character; the range is the longest that any peer waits with writing by default. */
const KILL_MS = { earliest: 1000, range: 10_000 };

/** Some say that somebody is in sync before they have read what they stored, and send it later, at once. */
const OPENING_MS = 10_000;

/** How many characters, from the first one on, got where. */
interface Reach {
  readonly seen: number;
  readonly acknowledged: number;
}

async function typeUntilKilled(
  server: ServerProcess,
  place: Place,
  rate: number,
  milliseconds: number,
): Promise<Reach> {
  const writer = new Writer(await join(server, place), place, new Typist(1));
  const reader = await join(server, place);
  let seen = 0;
  reader.listen({
    onMessage: (message) => {
      for (const { clock, length } of typedIn(message)) seen = Math.max(seen, clock + length);
    },
  });
  // The last one is due at the end or less than one interval before.
  const typing = atRate(rate, milliseconds + 1000 / rate, () => writer.type(1));
  await Promise.all([typing, pause(milliseconds)]);
  await server.end("SIGKILL");
  await until(() => writer.client.isClosed && reader.isClosed, "both heard of its end");
  return { seen, acknowledged: writer.acknowledged };
}

/** How many characters somebody finds who opens the document anew. */
async function survivors(server: ServerProcess, place: Place): Promise<number> {
  const doc = new Y.Doc();
  const text = doc.getText(CONTENT);
  const onMessage = (message: Buffer) => {
    const update = updateIn(message);
    if (update) Y.applyUpdate(doc, update);
  };
  const client = await join(server, place, onMessage);
  // In vain where nothing is left.
  await until(() => text.length > 0, "the text", OPENING_MS).catch(() => undefined);
  client.destroy();
  return text.length;
}

/** What of that which was seen, and acknowledged, is gone after one kill. */
async function losses(run: Run, rate: number, milliseconds: number): Promise<Reach> {
  const server = await ServerProcess.start(run.peer, run.dataDir);
  const place = await run.peer.create(server.url);
  const { seen, acknowledged } = await typeUntilKilled(server, place, rate, milliseconds);
  const anew = await ServerProcess.start(run.peer, run.dataDir);
  const survived = await survivors(anew, place);
  await anew.end();
  return {
    seen: Math.max(0, seen - survived),
    acknowledged: Math.max(0, acknowledged - survived),
  };
}

async function killed(run: Run, rate: number): Promise<Measurement> {
  const random = randomFrom(run.seed);
  const all: Reach[] = [];
  for (let n = 0; n < KILLS; n++) {
    all.push(await losses(run, rate, KILL_MS.earliest + random.int(KILL_MS.range)));
  }
  const lostSeen = Math.max(...all.map(({ seen }) => seen));
  const lostAcknowledged = Math.max(...all.map(({ acknowledged }) => acknowledged));
  return {
    figures: {
      lostSeen,
      lostMilliseconds: (lostSeen / rate) * 1000,
      // Nobody else says what is saved.
      ...(run.peer.name === "quire" && { lostAcknowledged }),
    },
  };
}

export const durability: Mode = {
  name: "durability",
  title: `Killed with SIGKILL while one types and another reads, the worst of ${KILLS} times`,
  columns: [
    { name: "lostSeen", title: "lost that the other had seen", better: "lower", digits: 0 },
    { name: "lostMilliseconds", title: "ms of typing", better: "lower", digits: 0 },
    { name: "lostAcknowledged", title: "lost that was called saved", better: "lower", digits: 0 },
  ],
  cases: [50, 4000].map((rate) => ({
    title: `${rate.toLocaleString("en")} characters a second`,
    measure: (run) => killed(run, rate),
  })),
  peers: ["y-ws+ldb", "hocuspocus", "quire"],
};

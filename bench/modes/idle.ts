/**
 * Many people who are only there, and what is left of them a minute after they left. What a
 * server keeps once it is warm is no leak: the start is measured after a first round of people
 * who came and left, and a second round comes to other documents and leaves as well.
 */
import { pause } from "../clock.ts";
import type { Measurement, Mode, Run } from "../mode.ts";
import type { Place } from "../peers.ts";
import { joinPairs, quietMemory, serverWith } from "../pairs.ts";
import { type ServerProcess, Watch } from "../server-process.ts";

const DOCUMENTS = 1000;
const PEOPLE = 2 * DOCUMENTS;

const SETTLING_MS = 5000;

/** From the last one's leaving until the memory is read. */
const LEFT_MS = 60_000;

async function measure(run: Run): Promise<Measurement> {
  const { server, places } = await serverWith(2 * DOCUMENTS, run);
  const watch = new Watch(server);
  const empty = await quietMemory(server);
  const first = await comeAndGo(server, places.slice(0, DOCUMENTS));
  const second = await comeAndGo(server, places.slice(DOCUMENTS));
  const kilobytes = (first.here - empty) / 1024 / PEOPLE;
  const shares = watch.shares();
  await server.end();
  return { figures: { kilobytes, leak: second.left / first.left }, shares };
}

/** Bytes of memory while they are here, and after they left. */
async function comeAndGo(
  server: ServerProcess,
  places: readonly Place[],
): Promise<{ readonly here: number; readonly left: number }> {
  const pairs = await joinPairs(server, places);
  await pause(SETTLING_MS);
  const here = server.memory();
  for (const { people } of pairs) for (const client of people) client.destroy();
  await pause(LEFT_MS);
  return { here, left: server.memory() };
}

export const idle: Mode = {
  name: "idle",
  title: "People who are only there",
  columns: [
    { name: "kilobytes", title: "kB a connection", better: "lower", digits: 1 },
    { name: "leak", title: "memory after they left", better: "lower", digits: 2 },
  ],
  cases: [
    {
      title: `${PEOPLE.toLocaleString("en")} people in ${DOCUMENTS.toLocaleString("en")} documents`,
      measure,
    },
  ],
  peers: ["relay", "y-ws", "y-ws+ldb", "hocuspocus", "quire"],
};

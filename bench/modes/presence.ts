/** Everybody in one document moves the caret: what it costs to show it to all the others. */
import { atRate, until } from "../clock.ts";
import { Caret, Sightings } from "../caret.ts";
import type { Client } from "../client.ts";
import type { Measurement, Mode, Run } from "../mode.ts";
import { joinAll } from "../people.ts";
import { ServerProcess, Watch } from "../server-process.ts";

const PEOPLE = 200;
const MOVES_PER_SECOND = 10;

const WARM_UP_MS = 1000;
const MEASURED_MS = 6000;

interface Person {
  readonly client: Client;
  readonly caret: Caret;
  readonly seen: Sightings;
}

/**
 * A server that cannot keep up has all its work counted, to the last caret; what readers got
 * a second and its share of a core are those of the time in which people moved.
 */
async function measure(run: Run): Promise<Measurement> {
  const server = await ServerProcess.start(run.peer, run.dataDir);
  const people = (await joinAll(server, await run.peer.create(server.url), PEOPLE)).map(seated);
  await move(people, WARM_UP_MS);
  await allSeen(people);

  const [before, watch] = [told(people), new Watch(server)];
  await move(people, MEASURED_MS);
  const percent = (watch.cpu / watch.milliseconds / 1000) * 100;
  const perSecond = (told(people) - before) / PEOPLE / (watch.milliseconds / 1000);
  const shares = watch.shares();
  await allSeen(people);
  const cpuMicroseconds = watch.cpu / ((PEOPLE * MOVES_PER_SECOND * MEASURED_MS) / 1000);
  await server.end();
  return { figures: { percent, cpuMicroseconds, perSecond }, shares };
}

function seated(client: Client, n: number): Person {
  const seen = new Sightings(n + 1);
  client.listen({ onMessage: (message) => seen.received(message) });
  return { client, caret: new Caret(n + 1), seen };
}

async function move(people: readonly Person[], milliseconds: number): Promise<void> {
  await atRate(PEOPLE * MOVES_PER_SECOND, milliseconds, (n) => {
    const person = people[n % PEOPLE];
    person?.client.send(person.caret.move());
  });
}

async function allSeen(people: readonly Person[]): Promise<void> {
  const isSeen = ({ caret }: Person) => people.every((person) => person.seen.hasSeen(caret));
  await until(() => people.every(isSeen), "everybody has seen every caret where it is");
}

function told(people: readonly Person[]): number {
  return people.reduce((sum, person) => sum + person.seen.count, 0);
}

export const presence: Mode = {
  name: "presence",
  title: "Carets that move",
  columns: [
    { name: "percent", title: "server CPU %", better: "lower", digits: 0 },
    { name: "cpuMicroseconds", title: "CPU µs a state", better: "lower", digits: 0 },
    { name: "perSecond", title: "states each reader got a second", better: "higher", digits: 0 },
  ],
  cases: [
    {
      title: `${PEOPLE} people in one document, ${MOVES_PER_SECOND} moves a second each`,
      measure,
    },
  ],
  peers: ["relay", "y-ws", "y-ws+ldb", "hocuspocus", "quire"],
};

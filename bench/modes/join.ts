/** Opening a document that was written for long: after a restart, while others are in it, and fifty at once. */
import * as Y from "yjs";
import { CONTENT } from "../../server/protocol/document.ts";
import { encodeFrame } from "../../server/protocol/frames.ts";
import { Client, framed } from "../client.ts";
import { percentile, until } from "../clock.ts";
import { type History, history } from "../history.ts";
import type { Measurement, Mode, Run } from "../mode.ts";
import type { Place } from "../peers.ts";
import { join } from "../people.ts";
import { ServerProcess, Watch } from "../server-process.ts";
import { updateIn } from "../typing.ts";

/** Edits that are sent before an answer is waited for: some choke on more. */
const SLICE = 1000;

/** A processor's time is counted in steps of 10 ms, so one join alone cannot be measured. */
const WARM_JOINS = 20;

const AT_ONCE = 50;

/** As if nothing were lacking: the answer is short. */
const ASK_FOR_NOTHING = encodeFrame({
  type: "step1",
  stateVector: Y.encodeStateVector(new Map([[1, 2 ** 31]])),
});

const ASK = encodeFrame({ type: "step1", stateVector: Uint8Array.of(0) });

interface Arrived {
  /** When it came, on the clock of `performance.now`. */
  readonly at: number;
  readonly update: Uint8Array;
}

/** Types the whole history in; answers the server's CPU µs an edit. */
async function typeIn(server: ServerProcess, place: Place, { updates }: History): Promise<number> {
  const client = await join(server, place);
  let answers = 0;
  client.listen({ onMessage: (message) => (answers += isStep2(message) ? 1 : 0) });
  const watch = new Watch(server);
  for (let from = 0; from < updates.length; from += SLICE) {
    const slice = updates.slice(from, from + SLICE);
    const frames = slice.map((update) => framed(place, encodeFrame({ type: "update", update })));
    client.write(Buffer.concat(frames));
    const before = answers;
    client.send(ASK_FOR_NOTHING);
    await until(() => answers > before, "the server keeps up");
  }
  await server.idle();
  const cpu = watch.cpu / updates.length;
  client.destroy();
  return cpu;
}

/** Sync is 0; Hocuspocus answers with 4. */
function isStep2([type, kind]: Buffer): boolean {
  return (type === 0 || type === 4) && kind === 1;
}

/** Opens it and resolves once all of the text is there, with the milliseconds that took. */
async function open(
  server: ServerProcess,
  place: Place,
  length: number,
): Promise<{ readonly client: Client; readonly milliseconds: number }> {
  const began = performance.now();
  const arrived: Arrived[] = [];
  const client = await Client.open(server, place);
  client.listen({
    onMessage: (message) => {
      const update = updateIn(message);
      if (update) arrived.push({ at: performance.now(), update: Uint8Array.from(update) });
    },
  });
  client.send(ASK);
  const doc = new Y.Doc();
  let at = 0;
  // Some answer before they have loaded: what counts is the text.
  await until(() => {
    for (const { update, ...each } of arrived.splice(0)) {
      Y.applyUpdate(doc, update);
      at = each.at;
    }
    return doc.getText(CONTENT).length === length;
  }, "the whole text is there");
  return { client, milliseconds: at - began };
}

async function measured(run: Run): Promise<Measurement> {
  const past = history();
  const first = await ServerProcess.start(run.peer, run.dataDir);
  const place = await run.peer.create(first.url);
  const typingMicroseconds = await typeIn(first, place, past);
  let server = first;
  let cold: { coldMs: number; coldCpuMs: number } | undefined;
  if (run.peer.isDurable) {
    await first.idle();
    await first.end("SIGTERM");
    server = await ServerProcess.start(run.peer, run.dataDir);
    await server.idle();
    const watch = new Watch(server);
    const { milliseconds } = await open(server, place, past.length);
    cold = { coldMs: milliseconds, coldCpuMs: watch.cpu / 1000 };
  }
  const watch = new Watch(server);
  const warm: number[] = [];
  for (let n = 0; n < WARM_JOINS; n++) {
    warm.push((await open(server, place, past.length)).milliseconds);
  }
  const warmCpu = watch.cpu / 1000 / WARM_JOINS;
  const fifty = await atOnce(server, place, past.length);
  const shares = watch.shares();
  const figures = {
    ...cold,
    warmMs: percentile(warm, 0.5),
    warmCpuMs: warmCpu,
    ...fifty,
    typingMicroseconds,
  };
  await server.end();
  return { figures, shares };
}

/** Fifty people open it at the same moment: until the last has all of it. */
async function atOnce(server: ServerProcess, place: Place, length: number) {
  const size = await sizeOf(server, place, length);
  const watch = new Watch(server);
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, () => received(server, place, size)));
  return { fiftyMs: performance.now() - began, fiftyCpuMs: watch.cpu / 1000 };
}

/** Opens it and resolves once as many bytes of updates have come as make the text. */
function received(server: ServerProcess, place: Place, size: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    Client.open(server, place)
      .then((client) => {
        client.listen({
          onMessage: (message) => {
            bytes += updateIn(message)?.length ?? 0;
            if (bytes >= size) resolve();
          },
        });
        client.send(ASK);
        return client;
      })
      .catch(reject);
  });
}

/** Bytes of updates that a newcomer gets. */
async function sizeOf(server: ServerProcess, place: Place, length: number): Promise<number> {
  let bytes = 0;
  const client = await Client.open(server, place);
  const doc = new Y.Doc();
  client.listen({
    onMessage: (message) => {
      const update = updateIn(message);
      if (!update) return;
      bytes += update.length;
      Y.applyUpdate(doc, Uint8Array.from(update));
    },
  });
  client.send(ASK);
  await until(() => doc.getText(CONTENT).length === length, "the whole text is there");
  client.destroy();
  return bytes;
}

const MS = { better: "lower", digits: 1 } as const;

export const joining: Mode = {
  name: "join",
  title: "Opening a document of 260,000 edits",
  columns: [
    { name: "coldMs", title: "cold ms", ...MS },
    { name: "coldCpuMs", title: "cold CPU ms", ...MS },
    { name: "warmMs", title: "warm ms", ...MS },
    { name: "warmCpuMs", title: "warm CPU ms", ...MS },
    { name: "fiftyMs", title: "50 at once ms", ...MS },
    { name: "fiftyCpuMs", title: "50 at once CPU ms", ...MS },
    { name: "typingMicroseconds", title: "typing it in, CPU µs an edit", ...MS },
  ],
  cases: [{ title: "one document", measure: measured }],
  peers: ["y-ws", "y-ws+ldb", "hocuspocus", "quire"],
};

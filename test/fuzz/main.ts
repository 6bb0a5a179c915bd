/**
 * `npm run fuzz -- [--frames 1000000] [--documents 1000] [--seed N]`, at length: hostile frames
 * against a room, and documents opened whose stored bytes were changed.
 */
import { parseArgs } from "node:util";
import { programScope } from "../helpers/scope.ts";
import { bombardment } from "./bombardment.ts";
import { storedDamage } from "./stored-damage.ts";

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "1000000" },
    documents: { type: "string", default: "1000" },
    seed: { type: "string" },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const frames = Number(values.frames);
const documents = Number(values.documents);
const scope = programScope();
const say = (line: string) => process.stdout.write(`${line}\n`);
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

async function runFrames(): Promise<void> {
  const onProgress = (sent: number) => {
    if ((sent * 10) % frames === 0) say(`${sent} frames sent`);
  };
  const report = await bombardment(scope, { frames, seed, onProgress });
  const { seconds, ended, loads, edits, longestTurn, heapBefore, heapAfter } = report;
  say(`${Math.round(frames / seconds)} frames/s for ${Math.round(seconds)} s`);
  say(`${ended} attackers sent away; the document was loaded ${loads} times`);
  say(`${edits} honest edits, all acknowledged; longest turn ${Math.round(longestTurn)} ms`);
  say(`memory ${mebibytes(heapBefore)} before, ${mebibytes(heapAfter)} after`);
}

async function runDocuments(): Promise<void> {
  const { served, refused, slowest } = await storedDamage(scope, { documents, seed });
  say(`${served} served, ${refused} refused, the slowest in ${Math.round(slowest)} ms`);
}

say(`${frames} frames, ${documents} damaged documents, --seed ${seed}`);
try {
  await runFrames();
  await runDocuments();
} catch (error) {
  process.stderr.write(`${String(error)}\nrepeat it with --seed ${seed}\n`);
  process.exitCode = 1;
} finally {
  await scope.end();
}

/** A little of what `npm run fuzz` does at length. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { bombardment } from "../fuzz/bombardment.ts";
import { storedDamage } from "../fuzz/stored-damage.ts";

const MEBIBYTE = 2 ** 20;

function seedFor(t: TestContext): number {
  const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`SEED=${seed}`);
  return seed;
}

test("[R17] random and mutated frames, in any number, end their sender at most: nobody else is harmed, and the log opens", async (t) => {
  const { ended, edits } = await bombardment(t, { frames: 4000, seed: seedFor(t) });
  assert.ok(ended > 100 && edits > 50, `${ended} attackers sent away beside ${edits} edits`);
});

test("[R23] when the senders of hostile frames are gone and the room is put away, no memory of them is left", async (t) => {
  const { heapBefore, heapAfter } = await bombardment(t, { frames: 6000, seed: seedFor(t) });
  const more = (heapAfter - heapBefore) / MEBIBYTE;
  assert.ok(more < 4, `${more.toFixed(1)} MiB more than before`);
});

test("[R24] a document whose stored bytes were changed, checksum and all, is served or refused, and others are unharmed", async (t) => {
  const report = await storedDamage(t, { documents: 60, seed: seedFor(t) });
  t.diagnostic(JSON.stringify(report));
  assert.equal(report.served + report.refused, 60);
  assert.ok(report.slowest < 5000, `the slowest took ${report.slowest} ms`);
});

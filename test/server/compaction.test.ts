import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import { Compaction } from "../../server/compaction.ts";

/** A document whose foldings are counted, and a clock that stands still. */
function scene(t: TestContext) {
  const clock = { now: 0 };
  t.mock.method(performance, "now", () => clock.now);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const folded: number[] = [];
  const compact = async (_id: string, upTo: number) => void folded.push(upTo);
  const logger = pino({ level: "silent" });
  const stored = { snapshot: undefined, tail: [] };
  const compaction = new Compaction({ documentId: "a", store: { compact }, logger, stored });
  let last = 0;
  const write = async (updates: number) => {
    for (let n = 0; n < updates; n++) compaction.added(1);
    last += updates;
    compaction.consider(last, last);
    await Promise.resolve();
  };
  const pass = async (milliseconds: number) => {
    clock.now += milliseconds;
    t.mock.timers.tick(milliseconds);
    await Promise.resolve();
  };
  return { compaction, folded, write, pass };
}

test("[R35] a document that is written much rests between two foldings, and is folded when the rest is over", async (t) => {
  const { folded, write, pass } = scene(t);
  await write(2000);
  assert.deepEqual(folded, [2000]);
  await write(2000);
  await pass(5000);
  await write(2000);
  assert.deepEqual(folded, [2000]);
  await pass(5000);
  assert.deepEqual(folded, [2000, 6000]);
  await pass(60_000);
  assert.deepEqual(folded, [2000, 6000], "nothing has come since");
});

test("[R35] so much that opening would be slow is folded without a rest", async (t) => {
  const { folded, write } = scene(t);
  await write(2000);
  await write(100_000);
  assert.deepEqual(folded, [2000, 102_000]);
});

test("[R35] a room that was put away folds nothing when the rest is over", async (t) => {
  const { compaction, folded, write, pass } = scene(t);
  await write(2000);
  await write(2000);
  compaction.close();
  await pass(20_000);
  assert.deepEqual(folded, [2000]);
});

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

test("[R35] a log that has grown is folded when nothing was written for a moment", async (t) => {
  const { folded, write, pass } = scene(t);
  await write(10_000);
  await pass(400);
  await write(10);
  await pass(400);
  assert.deepEqual(folded, []);
  await pass(100);
  assert.deepEqual(folded, [10_010]);
  await write(9999);
  await pass(60_000);
  assert.deepEqual(folded, [10_010], "too little has come since");
});

test("[R35] without such a moment it is folded every ten seconds", async (t) => {
  const { folded, write, pass } = scene(t);
  const end = 25_000;
  for (let now = 0; now < end; now += 250) {
    await write(300);
    await pass(250);
  }
  assert.deepEqual(folded, [12_000, 24_000]);
});

test("[R35] so much that opening would be slow is folded at once", async (t) => {
  const { folded, write } = scene(t);
  await write(99_999);
  assert.deepEqual(folded, []);
  await write(1);
  assert.deepEqual(folded, [100_000]);
});

test("[R35] a room that was put away folds nothing later", async (t) => {
  const { compaction, folded, write, pass } = scene(t);
  await write(10_000);
  compaction.close();
  await pass(20_000);
  assert.deepEqual(folded, []);
});

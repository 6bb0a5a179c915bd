/** A room's way along a log into which others write, with a log and a bus that lie in the test. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import type { LoggedEntry } from "../../persistence/shared-store.ts";
import { StoreError } from "../../persistence/store-error.ts";
import type { BusMessage } from "../../server/bus-message.ts";
import { Following } from "../../server/following.ts";
import { seeded } from "../helpers/random.ts";
import { until } from "../helpers/until.ts";

/** Each update is the two bytes of its number, so that what was taken in can be read. */
function updateOf(seq: number): Uint8Array {
  return Uint8Array.of(seq >> 8, seq & 255);
}

function entryOf(seq: number): LoggedEntry {
  return { seq, author: "somebody", at: seq, update: updateOf(seq) };
}

interface Options {
  readonly startAt?: number;
  readonly recognised?: readonly number[];
}

/** A log that holds what it is told to hold, and the numbers that a room has taken in from it. */
function scene(t: TestContext, { startAt = 0, recognised = [] }: Options = {}) {
  const log = {
    length: startAt,
    reads: 0,
    isAway: false,
    mayAnswer: Promise.resolve(),
  };
  const taken: number[] = [];
  const advanced: number[] = [];
  const published: BusMessage[] = [];
  const demand = () => {
    if (log.isAway) throw new StoreError("failing", "told to fail");
  };
  const following = new Following({
    documentId: "a",
    seq: startAt,
    shared: {
      heads: async () => {
        demand();
        return [{ id: "a", seq: log.length, epoch: 1, access: 0 }];
      },
      entriesAfter: async (_, after) => {
        demand();
        log.reads += 1;
        // In small steps, so that there is something in between.
        const upTo = Math.min(log.length, after + 7);
        await log.mayAnswer;
        const count = Math.max(0, upTo - after);
        return { entries: Array.from({ length: count }, (__, n) => entryOf(after + 1 + n)), upTo };
      },
    },
    logger: pino({ level: "silent" }),
    publish: (message) => published.push(message),
    recognise: ({ seq }) => recognised.includes(seq),
    onUpdates: (updates) => {
      for (const [high = 0, low = 0] of updates) taken.push(high * 256 + low);
    },
    onAdvance: (seq) => advanced.push(seq),
  });
  t.after(() => following.close());
  const receive = (first: number, last: number) => {
    log.length = Math.max(log.length, last);
    const updates = numbers(first, last).map(updateOf);
    following.received({ type: "entries", first, at: last, updates });
  };
  const save = (first: number, last: number) => {
    log.length = Math.max(log.length, last);
    const all = numbers(first, last);
    const entries = all.map((seq) => ({ documentId: "a", ...entryOf(seq) }));
    following.saved({ entries, numbers: all });
  };
  return { following, log, taken, advanced, published, receive, save };
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

test("[X1] what others write is taken in once, in the order of the log, in whatever order it comes", (t) => {
  const { following, taken, advanced, receive } = scene(t, { startAt: 4 });
  receive(5, 6);
  receive(9, 9);
  receive(7, 8);
  receive(7, 9);
  receive(3, 6);
  assert.deepEqual(taken, [5, 6, 7, 8, 9]);
  assert.deepEqual(advanced, [6, 9]);
  assert.equal(following.seq, 9);
});

test("[X2] what a message was lost of is read from the log, and no more than that", async (t) => {
  const { following, log, taken, receive } = scene(t);
  receive(1, 2);
  log.length = 5;
  receive(6, 7);
  await until(() => following.seq === 7);
  assert.deepEqual(taken, numbers(1, 7));
  assert.equal(log.reads, 1);
});

test("[X3] what a room has written itself counts as here, and is not taken in again", async (t) => {
  const { following, log, taken, published, save, receive } = scene(t, { recognised: [8] });
  save(1, 2);
  log.length = 4;
  save(5, 6);
  receive(7, 7);
  log.length = 9;
  await following.noticed(9);
  assert.deepEqual(taken, [3, 4, 7, 9]);
  assert.deepEqual(
    published.map((message) => message.type === "entries" && message.first),
    [1, 5],
  );
});

test("[X4] whoever asks for all that is on disk waits for it, and is told when the store does not answer", async (t) => {
  const { following, log, taken } = scene(t);
  log.length = 30;
  await Promise.all([following.upToDate(), following.upToDate()]);
  assert.deepEqual(taken, numbers(1, 30));
  log.isAway = true;
  await assert.rejects(following.upToDate(), StoreError);
  await following.noticed(40);
  log.isAway = false;
  log.length = 40;
  await following.noticed(40);
  assert.deepEqual(taken, numbers(1, 40));
});

test("[X17] whoever asks while another reading is under way gets all that is on disk by then", async (t) => {
  const { following, log, taken, receive } = scene(t, { startAt: 10 });
  const { promise, resolve } = Promise.withResolvers<void>();
  log.length = 11;
  log.mayAnswer = promise;
  const first = following.upToDate();
  await until(() => log.reads === 1);
  receive(11, 11);
  log.length = 12;
  const second = following.upToDate();
  await new Promise(setImmediate);
  resolve();
  await Promise.all([first, second]);
  assert.deepEqual(taken, [11, 12]);
});

test("[X5] a piece of the log that is too large for a message is told by its number alone", (t) => {
  const { following, published } = scene(t);
  const update = new Uint8Array(600_000);
  const entries = [{ documentId: "a", author: "somebody", at: 1, update }];
  following.saved({ entries, numbers: [1] });
  assert.deepEqual(published, [{ type: "head", seq: 1 }]);
});

test("[X6] whatever is lost, doubled and late, a room has the whole log in the end, each entry once", async (t) => {
  const random = seeded(t);
  const { following, log, taken, receive, save } = scene(t);
  const own = new Set<number>();
  const late: (() => void)[] = [];
  let seq = 0;
  for (let n = 0; n < 400; n += 1) {
    const [first, last] = [seq + 1, seq + 1 + random.int(4)];
    seq = last;
    log.length = seq;
    const fate = random.int(10);
    if (fate < 3) {
      for (const number of numbers(first, last)) own.add(number);
      save(first, last);
    } else if (fate < 6) receive(first, last);
    else if (fate < 8) late.push(() => receive(first, last));
    if (random.int(5) === 0) for (const act of late.splice(0)) act();
    if (random.int(20) === 0) await new Promise(setImmediate);
  }
  await following.upToDate();
  for (const act of late) act();
  assert.equal(following.seq, seq);
  assert.deepEqual(
    taken,
    numbers(1, seq).filter((number) => !own.has(number)),
  );
});

/** How texts are read by a worker, when they are, and when what failed is tried again: with stand-ins for the worker and the clock. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as settled } from "node:timers/promises";
import { Again } from "../../web/again.ts";
import { Pace } from "../../web/preview/pace.ts";
import { NotLoaded, Reader } from "../../web/preview/reader.ts";
import { listenTo } from "./global-events.ts";

/** Answers nothing by itself. */
class FakeWorker extends EventTarget {
  readonly asked: unknown[] = [];
  isEnded = false;

  postMessage(source: unknown): void {
    this.asked.push(source);
  }

  answer(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  terminate(): void {
    this.isEnded = true;
  }
}

function workers(t: TestContext): FakeWorker[] {
  const made: FakeWorker[] = [];
  const before = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  const value = function Worker() {
    const worker = new FakeWorker();
    made.push(worker);
    return worker;
  };
  Object.defineProperty(globalThis, "Worker", { configurable: true, value });
  t.after(() => {
    if (before) Object.defineProperty(globalThis, "Worker", before);
    else Reflect.deleteProperty(globalThis, "Worker");
  });
  return made;
}

test("[W178] a worker that fails, does not answer or is not there is ended, and another reads the next text", async (t) => {
  const made = workers(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const reader = new Reader();
  const fine = reader.read({ text: "a" });
  made[0]?.answer({ blocks: [] });
  assert.deepEqual(await fine, []);
  const failing = reader.read({ text: "b" });
  assert.deepEqual(made[0]?.asked, [{ text: "a" }, { text: "b" }]);
  made[0]?.answer({ failure: "RangeError" });
  await assert.rejects(failing, /RangeError/);
  const silent = reader.read({ text: "c" });
  t.mock.timers.tick(60_000);
  await assert.rejects(silent, /too long/);
  const nowhere = reader.read({ text: "d" });
  made[2]?.dispatchEvent(new Event("error"));
  await assert.rejects(nowhere, NotLoaded);
  const last = reader.read({ text: "e" });
  made[3]?.answer({ blocks: [] });
  await last;
  // What answered in time is not called late.
  t.mock.timers.tick(60_000);
  assert.deepEqual(
    made.map(({ isEnded }) => isEnded),
    [true, true, true, false],
  );
});

test("[W179] after a round that took long the next one waits as long", async (t) => {
  let now = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => now);
  const tick = (time: number) => {
    now += time;
    t.mock.timers.tick(time);
  };
  let rounds = 0;
  const durations = [3000, 0];
  const pace = new Pace(async () => {
    now += durations[rounds++] ?? 0;
  });
  pace.changed();
  tick(100);
  assert.equal(rounds, 1);
  await settled();
  pace.changed();
  tick(3000);
  assert.equal(rounds, 1, "not yet");
  tick(100);
  assert.equal(rounds, 2);
  await settled();
  pace.changed();
  tick(100);
  assert.equal(rounds, 3, "and no longer than that");
});

test("[W180] what failed is tried again when there is a network, else after ever longer waits", (t) => {
  const browser = new EventTarget();
  listenTo(t, browser);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let tries = 0;
  const again = new Again(() => void tries++);
  again.plan();
  again.plan();
  t.mock.timers.tick(5000);
  assert.equal(tries, 1);
  again.plan();
  t.mock.timers.tick(5000);
  assert.equal(tries, 1);
  browser.dispatchEvent(new Event("online"));
  assert.equal(tries, 2);
  t.mock.timers.tick(600_000);
  browser.dispatchEvent(new Event("online"));
  assert.equal(tries, 2, "nothing has failed since");
  again.plan();
  t.mock.timers.tick(5000);
  assert.equal(tries, 3);
  again.plan();
  again.rest();
  t.mock.timers.tick(600_000);
  assert.equal(tries, 3);
});

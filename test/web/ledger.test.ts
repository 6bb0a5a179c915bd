import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger } from "../../web/sync/ledger.ts";

function ledgerAt(time: number) {
  const clock = { now: time };
  return { clock, ledger: new Ledger(() => clock.now) };
}

test("[W2] a change counts as unsaved until the frame that carried it is acknowledged", () => {
  const { clock, ledger } = ledgerAt(100);
  ledger.sent();
  assert.equal(ledger.unsaved, 0);
  ledger.changed();
  ledger.changed();
  ledger.sent();
  clock.now = 200;
  ledger.changed();
  ledger.sent();
  assert.deepEqual([ledger.unsaved, ledger.oldest], [3, 100]);
  ledger.acknowledged(2);
  assert.deepEqual([ledger.unsaved, ledger.oldest], [1, 200]);
  ledger.acknowledged(3);
  assert.deepEqual([ledger.unsaved, ledger.oldest], [0, undefined]);
});

test("[W3] after a lost socket everything unacknowledged waits for the first frame of the next, counted from 0", () => {
  const { clock, ledger } = ledgerAt(100);
  for (let n = 0; n < 3; n++) {
    ledger.changed();
    ledger.sent();
  }
  ledger.acknowledged(1);
  clock.now = 300;
  ledger.disconnected();
  ledger.changed();
  assert.deepEqual([ledger.unsaved, ledger.oldest], [3, 100]);
  ledger.sent();
  ledger.acknowledged(1);
  assert.equal(ledger.unsaved, 0);
});

/** Writes of which nobody knows whether they have reached the disk, until the log shows it. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import type { LoggedEntry } from "../../persistence/shared-store.ts";
import type { Entry } from "../../persistence/store.ts";
import { StoreError, type StoreErrorCode } from "../../persistence/store-error.ts";
import { Backlog } from "../../server/backlog.ts";
import { DocumentLog } from "../../server/document-log.ts";
import { Following } from "../../server/following.ts";
import { LiveDocument } from "../../server/live-document.ts";
import { Metrics } from "../../server/metrics.ts";
import { OwnEdits } from "../../server/own-edits.ts";
import { StoreHealth } from "../../server/store-health.ts";
import { until } from "../helpers/until.ts";

/** What becomes of an append: how it ends, once it may end, and whether its entries are on disk. */
interface Fate {
  readonly isWritten: boolean;
  readonly code: StoreErrorCode;
  readonly mayEnd?: Promise<void>;
}

const WRITTEN: Fate = { isWritten: true, code: "doubtful" };

async function append(batch: readonly Entry[], stored: LoggedEntry[], fate: Fate | undefined) {
  const write = () => batch.map((entry) => stored.push({ ...entry, seq: stored.length + 1 }));
  if (!fate) return write();
  if (fate.isWritten) write();
  await fate.mayEnd;
  throw new StoreError(fate.code, "told to fail");
}

/** A room's log, its way along what is stored, and edits by REST; appends end well once `fates` are through. */
function scene(t: TestContext, fates: Fate[]) {
  const stored: LoggedEntry[] = [];
  const backlog = new Backlog(1e9);
  const shown: Uint8Array[] = [];
  const logger = pino({ level: "silent" });
  const disk = { isAway: false };
  const shared = {
    heads: async () => {
      if (disk.isAway) throw new StoreError("failing", "told to fail");
      return [{ id: "a", seq: stored.length, epoch: 1, access: 0 }];
    },
    entriesAfter: async (_: string, after: number) => {
      return { entries: stored.slice(after), upTo: stored.length };
    },
  };
  const log = new DocumentLog({
    documentId: "a",
    store: { append: (batch) => append(batch, stored, fates.shift()) },
    health: new StoreHealth(),
    backlog,
    metrics: new Metrics({ connections: () => 0, rooms: () => 0, backlogBytes: () => 0 }),
    logger,
    onSaved: (saved) => {
      own.saved(log.saved);
      following.saved(saved);
    },
    onFailed: (error) => own.failed(error),
    onDoubt: () => following.upToDate(),
    onGone: () => undefined,
  });
  const following: Following = new Following({
    documentId: "a",
    seq: 0,
    shared,
    logger,
    publish: () => undefined,
    recognise: (entry) => log.recognise(entry),
    onUpdates: (updates) => shown.push(...updates),
    onAdvance: () => undefined,
  });
  const document = new LiveDocument({ snapshot: undefined, tail: [] }, 0);
  const own: OwnEdits = new OwnEdits({
    log,
    withDocument: async (use) => use(document),
    onSaved: (update) => shown.push(update),
    longestMs: 5000,
    now: () => 7,
  });
  t.after(() => {
    following.close();
    log.abandon();
  });
  return { log, following, own, stored, backlog, shown, disk };
}

for (const isWritten of [true, false]) {
  const what = isWritten ? "is on disk" : "is not on disk";
  test(`[X7] a write without an answer is looked for in the log and not written twice: it ${what}`, async (t) => {
    const { log, stored, backlog } = scene(t, [{ isWritten, code: "doubtful" }]);
    const updates = [1, 2, 3].map((n) => Uint8Array.of(n));
    for (const update of updates.slice(0, 2)) log.add("anna", 7, update);
    log.flush();
    await until(() => log.isFailing);
    log.add("ben", 8, Uint8Array.of(3));
    log.flush();
    await until(() => log.saved === 3);
    assert.deepEqual(
      stored.map(({ update }) => update),
      updates,
    );
    assert.deepEqual([backlog.bytes, log.unsaved.length], [0, 0]);
  });
}

test("[X8] what is found in the log is saved at once, whoever looked, and the log takes edits again", async (t) => {
  const { log, following, stored, disk } = scene(t, [WRITTEN]);
  disk.isAway = true;
  log.add("anna", 7, Uint8Array.of(1));
  log.flush();
  await until(() => log.isFailing);
  await following.noticed(1);
  assert.equal(log.saved, 1);
  disk.isAway = false;
  await until(() => !log.isFailing);
  log.add("anna", 8, Uint8Array.of(2));
  log.flush();
  await log.settled();
  assert.deepEqual([log.saved, stored.length, following.seq], [2, 2, 2]);
});

test("[X9] what is seen in the log before its answer is lost is not written again", async (t) => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const { log, following, stored } = scene(t, [{ ...WRITTEN, mayEnd }]);
  log.add("anna", 7, Uint8Array.of(1));
  log.flush();
  await until(() => stored.length === 1);
  await following.noticed(1);
  assert.equal(log.saved, 0);
  end();
  await until(() => log.saved === 1);
  await until(() => !log.isFailing);
  assert.equal(stored.length, 1);
});

test("[X16] an edit by REST that was doubtful and is on disk is shown and answered, whatever fails after it", async (t) => {
  const { log, own, stored, shown } = scene(t, [WRITTEN, { isWritten: false, code: "full" }]);
  const edit = own.write("rest", () => ({ title: "By REST" }));
  await until(() => log.isFailing);
  log.add("ben", 8, Uint8Array.of(1, 2, 3));
  await edit;
  assert.deepEqual(shown, [stored[0]?.update]);
  await until(() => log.saved === 2);
  assert.equal(stored.length, 2);
});

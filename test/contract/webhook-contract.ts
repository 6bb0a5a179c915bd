/** What every store promises of webhooks, as tests to run over each of them. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Store } from "../../persistence/store.ts";
import {
  type Attempt,
  type DueDelivery,
  KEPT_DELIVERIES,
  type NewDelivery,
  type NewWebhook,
  type Settlement,
  type Telling,
} from "../../persistence/webhooks.ts";
import { CREATED_AT, entries, newDocument, rejection, typing } from "./sample-documents.ts";
import type { OpenStore } from "./store-contract.ts";

/** Runs every rule over a store of its own. */
export function webhookContract(kind: string, open: OpenStore): void {
  for (const [rule, check] of Object.entries(RULES)) {
    test(`${rule} (${kind})`, async (t) => check(await open(t)));
  }
}

const RULES: Record<string, (store: Store) => Promise<void>> = {
  "[H30] a webhook counts as told of what its document is when it is made, and ends with it":
    async (store) => {
      await store.create(newDocument("a"));
      await store.append(entries("a", typing("abc")));
      assert.equal(await store.addWebhook("a", newWebhook("a1"), 9), true);
      await store.append(entries("a", typing("d"), 4));
      await store.setDeleted("a", 7);
      const expected = { seq: 4, toldSeq: 3, deletedAt: 7, toldDeletedAt: null };
      const record = { ...newWebhook("a1"), ...expected, documentId: "a", disabledAt: null };
      assert.deepEqual(await store.webhooks("a"), [record]);
      await store.tellWebhooks([telling("a1", 4, [newDelivery("d1")])], []);
      assert.equal(await store.purge("a", 8), true);
      assert.deepEqual(await store.webhooksAfter("", 9), []);
      assert.deepEqual(await store.deliveries("a1", 0), []);
      await rejection(store.addWebhook("a", newWebhook("a2"), 9), "conflict");
    },

  "[H31] a document has as many webhooks as it may, however many come at once": async (store) => {
    for (const id of ["a", "b"]) await store.create(newDocument(id));
    const ids = ["a3", "a1", "a2"];
    const added = await Promise.all(ids.map((id) => store.addWebhook("a", newWebhook(id), 2)));
    const [first = "", last = "", ...more] = ids.filter((_, index) => added[index]).toSorted();
    assert.deepEqual([added.filter(Boolean).length, more], [2, []]);
    assert.equal(await store.addWebhook("b", newWebhook("b1"), 2), true);
    assert.deepEqual(namesOf(await store.webhooks("a")), [first, last]);
    assert.deepEqual(namesOf(await store.webhooksAfter("", 2)), [first, last]);
    assert.deepEqual(namesOf(await store.webhooksAfter(last, 2)), ["b1"]);
    assert.equal(await store.removeWebhook("b", first), false);
    assert.equal(await store.removeWebhook("a", first), true);
    assert.deepEqual(namesOf(await store.webhooks("a")), [last]);
  },

  "[H32] what was made up for a webhook is not told once it knows something else": async (
    store,
  ) => {
    await scene(store, "a1");
    assert.equal(await store.tellWebhooks([telling("a1", 1, [newDelivery("d1")])], []), true);
    assert.equal(await store.tellWebhooks([telling("a1", 1, [newDelivery("d2")])], []), false);
    assert.deepEqual(await idsOf(store, "a1"), ["d1"]);
    const inTrash = { ...telling("a1", 2, [newDelivery("d3", "deleted")]), deletedAt: 9 };
    const toNone = telling("none", 5, [newDelivery("d4")]);
    assert.equal(await store.tellWebhooks([inTrash, toNone], []), false);
    assert.deepEqual(await idsOf(store, "a1"), ["d3", "d1"]);
    // By another node, which had not heard yet that the document is in the trash.
    await store.tellWebhooks([telling("a1", 3, [newDelivery("d5")])], []);
    assert.deepEqual(await idsOf(store, "a1"), ["d3", "d1"]);
    const [webhook] = await store.webhooks("a");
    assert.deepEqual([webhook?.toldSeq, webhook?.toldDeletedAt], [2, 9]);
  },

  "[H33] an event takes the place of one like it that waits, unless that was tried or is on its way":
    async (store) => {
      await scene(store, "a1");
      await store.tellWebhooks([telling("a1", 1, [newDelivery("d1")])], []);
      await store.tellWebhooks([telling("a1", 2, [newDelivery("d2")])], []);
      assert.deepEqual(await idsOf(store, "a1"), ["d2"]);
      await store.tellWebhooks([telling("a1", 3, [newDelivery("d3")])], ["d2"]);
      await store.tellWebhooks([telling("a1", 4, [newDelivery("d4", "deleted")])], []);
      assert.deepEqual(await idsOf(store, "a1"), ["d4", "d3", "d2"]);
      await store.settleDelivery(settled(await next(store), { nextAt: 9 }));
      await store.tellWebhooks([telling("a1", 5, [newDelivery("d5")])], []);
      assert.deepEqual(await idsOf(store, "a1"), ["d5", "d4", "d2"]);
    },

  "[H34] next is one delivery for each webhook, the first due first, those that fail apart": async (
    store,
  ) => {
    await scene(store, "a1", "a2", "a3");
    await store.tellWebhooks(
      [
        telling("a1", 1, [newDelivery("d1", "x", 30), newDelivery("d2", "y", 30)]),
        telling("a2", 1, [newDelivery("d3", "x", 20)]),
        telling("a3", 1, [newDelivery("d4", "x", 10)]),
      ],
      [],
    );
    assert.deepEqual(await dueOf(store, false), ["d4 10", "d3 20", "d1 30"]);
    assert.deepEqual(await dueOf(store, false, 1), ["d4 10"]);
    assert.deepEqual(await dueOf(store, true), []);
    const first = await next(store);
    await store.settleDelivery(settled(first, { nextAt: 50, failures: 1, restUntil: 40 }));
    assert.deepEqual(await dueOf(store, true), ["d4 50"]);
    await store.tellWebhooks([telling("a3", 2, [newDelivery("d5", "x", 11)])], []);
    assert.deepEqual(await dueOf(store, true), ["d5 40"]);
    assert.deepEqual(await dueOf(store, false), ["d3 20", "d1 30"]);
    const { url, secret } = newWebhook("a3");
    const record = { ...newDelivery("d4", "x", 10), nextAt: 10, attempts: [] };
    const of = { webhookId: "a3", documentId: "a", url, secret, failures: 0, dueAt: 10 };
    assert.deepEqual(first, { ...record, ...of });
  },

  "[H35] what has arrived or was given up waits no more, and a webhook that has ended is told nothing":
    async (store) => {
      await scene(store, "a1");
      await store.tellWebhooks(
        [telling("a1", 1, [newDelivery("d1", "x"), newDelivery("d2", "y")])],
        [],
      );
      await store.settleDelivery(settled(await next(store), { failures: 1 }));
      assert.deepEqual(await dueOf(store, false), []);
      const second = await next(store, true);
      assert.equal(second.id, "d2");
      assert.equal(second.failures, 1);
      await store.tellWebhooks([telling("a1", 2, [newDelivery("d3", "x")])], []);
      await store.settleDelivery(settled(second, { disabledAt: 77 }));
      assert.deepEqual(await dueOf(store, false), []);
      const [webhook] = await store.webhooks("a");
      assert.equal(webhook?.disabledAt, 77);
      await store.tellWebhooks([telling("a1", 3, [newDelivery("d4", "x")])], []);
      const all = await store.deliveries("a1", 0);
      const told = all.map(({ id, attempts, nextAt }) => [id, attempts.length, nextAt]);
      assert.deepEqual(told, [
        ["d3", 0, null],
        ["d2", 1, null],
        ["d1", 1, null],
      ]);
      assert.deepEqual(all.at(-1)?.attempts, [ATTEMPT]);
      await store.settleDelivery({ ...settled(second, {}), webhookId: "none", deliveryId: "none" });
    },

  "[H36] of each webhook the newest hundred deliveries are kept, and told from a time on": async (
    store,
  ) => {
    await scene(store, "a1", "a2");
    const many = Array.from({ length: KEPT_DELIVERIES + 3 }, (_, n) =>
      newDelivery(`d${n}`, `event ${n}`, n),
    );
    await store.tellWebhooks([telling("a2", 1, [newDelivery("other")])], []);
    await store.tellWebhooks([telling("a1", 1, many)], []);
    const ids = await idsOf(store, "a1");
    assert.deepEqual([ids.length, ids[0], ids.at(-1)], [KEPT_DELIVERIES, "d102", "d3"]);
    assert.equal((await store.deliveries("a1", 100)).length, 3);
    assert.deepEqual(await idsOf(store, "a2"), ["other"]);
    await store.removeWebhook("a", "a1");
    assert.deepEqual([await idsOf(store, "a1"), await dueOf(store, false)], [[], ["other 0"]]);
  },
};

const ATTEMPT: Attempt = { at: 5, status: 500, error: null, milliseconds: 3, answer: "no" };

function newWebhook(id: string): NewWebhook {
  const events = ["x", "y"];
  const origin = "http://quire.example";
  const url = `http://${id}.example/`;
  return { id, url, events, secret: `secret of ${id}`, origin, createdAt: CREATED_AT };
}

function newDelivery(id: string, event = "x", at = 0): NewDelivery {
  return { id, event, at, body: `{"id":"${id}"}` };
}

/** To one that was told of all entries but the last. */
function telling(webhookId: string, seq: number, deliveries: readonly NewDelivery[]): Telling {
  const known = { toldSeq: seq - 1, toldDeletedAt: null };
  return { webhookId, ...known, seq, deletedAt: null, deliveries };
}

/** Document `a` with these webhooks. */
async function scene(store: Store, ...ids: readonly string[]): Promise<void> {
  await store.create(newDocument("a"));
  for (const id of ids) await store.addWebhook("a", newWebhook(id), 9);
}

function namesOf(all: readonly { readonly id: string }[]): string[] {
  return all.map(({ id }) => id);
}

/** Newest first. */
async function idsOf(store: Store, webhookId: string): Promise<string[]> {
  return namesOf(await store.deliveries(webhookId, 0));
}

/** What is next, and when. */
async function dueOf(store: Store, failing: boolean, most = 9): Promise<string[]> {
  const due = await store.nextDeliveries({ failing, most, now: 1000, busy: [] });
  return due.map(({ id, dueAt }) => `${id} ${dueAt}`);
}

async function next(store: Store, failing = false): Promise<DueDelivery> {
  const [first] = await store.nextDeliveries({ failing, most: 1, now: 1000, busy: [] });
  assert.ok(first, "something is due");
  return first;
}

/** One more attempt, with what is said to have come of it. */
function settled({ id, webhookId }: DueDelivery, outcome: Partial<Settlement>): Settlement {
  const over = { nextAt: null, failures: 0, restUntil: 0, disabledAt: null };
  return { deliveryId: id, webhookId, attempts: [ATTEMPT], ...over, ...outcome };
}

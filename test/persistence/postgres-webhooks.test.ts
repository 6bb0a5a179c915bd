/** The outbox of webhooks in Postgres, which nodes share: what is due is one node's at a time. */
import assert from "node:assert/strict";
import test, { after, type TestContext } from "node:test";
import type { PostgresStore } from "../../persistence/postgres/client.ts";
import type { DueDelivery, Settlement } from "../../persistence/webhooks.ts";
import { CREATED_AT, newDocument } from "../contract/sample-documents.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { until } from "../helpers/until.ts";
import { openStore } from "./postgres-fixtures.ts";

const postgres = await startPostgres({ after });

const NOW = 1000;

/** Two nodes, and a document with webhooks that each have something to be told. */
async function scene(t: TestContext, webhooks: number, claimMs = 60_000) {
  const databaseUrl = await postgres.createDatabase();
  const here = await openStore(t, { databaseUrl, nodeId: "here", claimMs });
  const there = await openStore(t, { databaseUrl, nodeId: "there" });
  await here.create(newDocument("doc"));
  const ids = Array.from({ length: webhooks }, (_, n) => `w${n}`);
  for (const id of ids) await here.addWebhook("doc", newWebhook(id), webhooks);
  await here.tellWebhooks(
    ids.map((id) => telling(id, 1)),
    [],
  );
  return { here, there, ids, databaseUrl };
}

function newWebhook(id: string) {
  const url = `http://${id}.example/`;
  return { id, url, events: ["x"], secret: "s", origin: "http://o", createdAt: CREATED_AT };
}

function telling(webhookId: string, seq: number, event = "x") {
  const known = { toldSeq: seq - 1, toldDeletedAt: null, seq, deletedAt: null };
  const name = event === "x" ? `${webhookId}-${seq}` : `${webhookId}-${seq}-${event}`;
  const delivery = { id: name, event, at: seq, body: "{}" };
  return { webhookId, ...known, deliveries: [delivery] };
}

function due(store: PostgresStore, most = 99, now = NOW, busy: readonly string[] = []) {
  return store.nextDeliveries({ failing: false, most, now, busy });
}

function idsOf(deliveries: readonly DueDelivery[]): string[] {
  return deliveries.map(({ webhookId }) => webhookId).toSorted();
}

function settled({ id, webhookId }: DueDelivery): Settlement {
  const over = { nextAt: null, failures: 0, restUntil: 0, disabledAt: null };
  return { deliveryId: id, webhookId, attempts: [], ...over };
}

test("[Y30] what is due is for one node to deliver, whichever ask at once, until it is settled", async (t) => {
  const { here, there, ids } = await scene(t, 20);
  const found = await Promise.all([due(here, 8), due(there, 8), due(here, 8), due(there, 8)]);
  const [ours, theirs] = [idsOf(await due(here)), idsOf(await due(there))];
  assert.deepEqual([...ours, ...theirs].toSorted(), ids.toSorted());
  assert.ok(found.every((some) => some.length <= 8));
  const [first] = await due(here, 1);
  assert.ok(first);
  assert.deepEqual(await due(here, 99, NOW, ours), []);
  await here.settleDelivery(settled(first));
  await here.tellWebhooks([telling(first.webhookId, 2)], []);
  assert.ok(idsOf(await due(there)).includes(first.webhookId));
});

test("[Y31] what is due later is known to every node, and nobody's before", async (t) => {
  const { here, there } = await scene(t, 2);
  for (const node of [here, there]) {
    assert.deepEqual(idsOf(await due(node, 9, 0)), ["w0", "w1"]);
  }
  assert.deepEqual(idsOf(await due(there)), ["w0", "w1"]);
  assert.deepEqual(await due(here), []);
});

test("[Y32] what a node was to deliver that has ended is another's after a while, and stays it", async (t) => {
  const { here, there, databaseUrl } = await scene(t, 1, 50);
  const [ours] = await due(here);
  assert.ok(ours);
  const taken = await until(async () => (await due(there))[0]);
  assert.equal(taken.id, ours.id);
  // It had only been slow. What the other does is left to the other.
  await here.settleDelivery({ ...settled(ours), nextAt: 5 });
  const third = await openStore(t, { databaseUrl, nodeId: "third" });
  assert.deepEqual(await due(third), []);
  assert.deepEqual(idsOf(await due(there)), ["w0"]);
});

test("[Y67] a node that was held up changes nothing of what another has delivered meanwhile", async (t) => {
  const { here, there } = await scene(t, 1, 50);
  const [ours] = await due(here);
  assert.ok(ours);
  const taken = await until(async () => (await due(there))[0]);
  const attempt = { at: 5, status: 200, error: null, milliseconds: 1, answer: "" };
  await there.settleDelivery({ ...settled(taken), attempts: [attempt] });
  const refused = { ...attempt, status: 500 };
  const failed = { nextAt: 6, failures: 1, restUntil: 6, attempts: [refused] };
  await here.settleDelivery({ ...settled(ours), ...failed });
  const [kept] = await there.deliveries("w0", 0);
  assert.deepEqual(kept?.attempts, [attempt]);
  assert.equal(kept?.nextAt, null);
  assert.deepEqual(await there.nextDeliveries({ failing: true, most: 9, now: NOW, busy: [] }), []);
});

test("[Y33] what another node is about to deliver is not replaced by a newer event", async (t) => {
  const { here, there } = await scene(t, 1);
  await there.tellWebhooks([telling("w0", 2)], []);
  const [onItsWay] = await due(here);
  assert.equal(onItsWay?.id, "w0-2");
  await there.tellWebhooks([telling("w0", 3)], []);
  await there.tellWebhooks([telling("w0", 4)], []);
  const kept = await there.deliveries("w0", 0);
  assert.deepEqual(
    kept.map(({ id }) => id),
    ["w0-4", "w0-2"],
  );
});

test("[Y34] of two nodes that tell the same webhooks at once, each is told by one", async (t) => {
  const { here, there, ids } = await scene(t, 10);
  const under = (event: string) => ids.map((id) => telling(id, 2, event));
  await Promise.all([
    here.tellWebhooks(under("here"), []),
    there.tellWebhooks(under("there").toReversed(), []),
  ]);
  for (const id of ids) assert.equal((await here.deliveries(id, 2)).length, 1);
});

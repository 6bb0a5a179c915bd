/** Webhooks of documents that several nodes serve: told once, whichever node noticed, also when one is gone. */
import assert from "node:assert/strict";
import test from "node:test";
import type { CreatedWebhook } from "#protocol/rest-webhooks.ts";
import type { PostgresStore } from "../../persistence/postgres/client.ts";
import type { Telling } from "../../persistence/webhooks.ts";
import { servicesOfFile, startNodes } from "../helpers/nodes.ts";
import { type Received, receiver, status } from "../helpers/receiver.ts";
import { createDocument, type TestDocument } from "../helpers/server.ts";
import { sharedServer } from "../helpers/shared-server.ts";
import { until } from "../helpers/until.ts";
import { ALLOW, deliveriesOf, hook, hurriedServer, SOON, write } from "../helpers/webhooks.ts";
import { openStore, openStores } from "../persistence/postgres-fixtures.ts";

const services = servicesOfFile();

const WEBHOOKS = { ...SOON, sweepMs: 50 };

interface Hooked {
  readonly document: TestDocument;
  readonly webhook: CreatedWebhook;
}

function ids(received: readonly Received[]): string[] {
  return received.map(({ headers }) => String(headers["webhook-id"])).toSorted();
}

test("[Y35] each event is delivered once, whichever nodes notice it, have the webhook made or look for what is due", async (t) => {
  const there = await receiver(t, status(204));
  const { nodes } = await startNodes(t, services(), 3, { env: ALLOW, webhooks: WEBHOOKS });
  const node = (n: number) => nodes[n % nodes.length] ?? assert.fail();
  const hooked: Hooked[] = [];
  for (let n = 0; n < 6; n++) {
    const document = await createDocument(node(n), { title: `Document ${n}` });
    hooked.push({ document, webhook: await hook(node(n + 1), document, there.url) });
  }
  for (let round = 1; round <= 3; round++) {
    const writings = hooked.flatMap(({ document }, n) =>
      [node(n), node(n + 1)].map((each) => write(t, each, document, "text")),
    );
    await Promise.all(writings);
    // All of this round is told before the next begins, so that nothing of it is replaced.
    await until(() => there.received.length >= round * hooked.length);
  }
  const kept = async () =>
    (
      await Promise.all(
        hooked.map(({ document, webhook }, n) => deliveriesOf(node(n), document, webhook)),
      )
    ).flat();
  await until(async () => (await kept()).every(({ state }) => state === "delivered"));
  const told = (await kept()).map(({ id }) => id);
  assert.deepEqual(ids(there.received), told.toSorted());
  assert.equal(new Set(told).size, told.length);
});

test("[Y36] what a node had begun to deliver when it was killed is delivered by another", async (t) => {
  const databaseUrl = await services().postgres.createDatabase();
  const there = await receiver(t, status(204));
  const options = { env: ALLOW, webhooks: WEBHOOKS, postgres: { databaseUrl } };
  const first = await sharedServer(t, options);
  const document = await createDocument(first);
  const webhook = await hook(first, document, there.url);
  await first.close();
  const killed = await openStore(t, { databaseUrl, claimMs: 700 });
  const [record] = await killed.webhooks(document.id);
  assert.ok(record);
  const { toldSeq, toldDeletedAt, deletedAt } = record;
  const known = { toldSeq, toldDeletedAt, seq: toldSeq + 1, deletedAt };
  const delivery = { id: "of-the-killed", event: "document.changed", at: Date.now(), body: "{}" };
  await killed.tellWebhooks([{ webhookId: webhook.id, ...known, deliveries: [delivery] }], []);
  const asked = { failing: false, most: 1, now: Date.now(), busy: [] };
  assert.equal((await killed.nextDeliveries(asked)).length, 1);
  await killed.close();
  const second = await sharedServer(t, options);
  await until(() => there.received.length > 0);
  await until(
    async () => (await deliveriesOf(second, document, webhook))[0]?.state === "delivered",
  );
  assert.deepEqual(ids(there.received), ["of-the-killed"]);
});

test("[Y39] what a node knows beyond what another has told at the same moment is told without waiting for a sweep", async (t) => {
  const databaseUrl = await services().postgres.createDatabase();
  const there = await receiver(t, status(204));
  const [inner, other] = await openStores(t, databaseUrl, 2);
  assert.ok(inner && other);
  const tell = async (tellings: readonly Telling[], inFlight: readonly string[]) => {
    // The other node has read a little less of the log, and is a little faster.
    const faster = tellings.map((telling) =>
      Object.assign({}, telling, { seq: 1, deliveries: [] }),
    );
    if (tellings.some(({ toldSeq }) => toldSeq === 0)) await other.tellWebhooks(faster, []);
    return inner.tellWebhooks(tellings, inFlight);
  };
  const store = new Proxy(inner, {
    get: (target, name: keyof PostgresStore) => {
      if (name === "tellWebhooks") return tell;
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const { attachments } = inner;
  const server = await hurriedServer(t, { store, attachments });
  const document = await createDocument(server);
  await hook(server, document, there.url);
  await write(t, server, document, "text");
  await until(() => there.received.length === 1);
  const [webhook] = await other.webhooks(document.id);
  assert.deepEqual([webhook?.seq, webhook?.toldSeq], [4, 4]);
});

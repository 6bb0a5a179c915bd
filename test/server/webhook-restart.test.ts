/** Webhooks over the end of the server: by SIGKILL, and in order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, startMain } from "../helpers/program.ts";
import { receiver, status, verified } from "../helpers/receiver.ts";
import { createDocument } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { ALLOW, delivery, hook, hooked, hurriedServer, write } from "../helpers/webhooks.ts";

/** On a busy machine a program takes its time. */
const PATIENT = { timeoutMs: 60_000 };

test("[H13] what was on its way when the server was killed is sent again under its id", async (t) => {
  const dataDir = await temporaryFolder(t);
  const there = await receiver(t, () => undefined);
  const program = startMain(t, dataDir, ALLOW);
  const first = await addressOf(program);
  const document = await createDocument(first);
  const webhook = await hook(first, document, there.url);
  await write(t, first, document, "x");
  const before = await until(() => there.received[0], PATIENT);
  program.child.kill("SIGKILL");
  await program.exited();
  there.respond = status(204);
  const server = await addressOf(startMain(t, dataDir, ALLOW));
  const after = await until(() => there.received[1], PATIENT);
  verified(after, webhook.secret);
  assert.equal(after.headers["webhook-id"], before.headers["webhook-id"]);
  assert.equal(after.body, before.body);
  await delivery(server, document, webhook, ({ state }) => state === "delivered");
});

test("[H14] what was saved and not told yet when the server was killed is told after the next start", async (t) => {
  const dataDir = await temporaryFolder(t);
  const there = await receiver(t);
  const program = startMain(t, dataDir, ALLOW);
  const first = await addressOf(program);
  const document = await createDocument(first);
  const webhook = await hook(first, document, there.url);
  await write(t, first, document, "# Saved");
  program.child.kill("SIGKILL");
  await program.exited();
  assert.equal(there.received.length, 0);
  await addressOf(startMain(t, dataDir, ALLOW));
  const told = await until(() => there.received[0], PATIENT);
  const { type, data } = verified(told, webhook.secret);
  assert.deepEqual([type, data.title], ["document.changed", "Saved"]);
});

test("[H15] ending waits for no receiver longer than a second, and what it left is sent by the next server", async (t) => {
  const dataDir = await temporaryFolder(t);
  const there = await receiver(t, () => undefined);
  const { server, document, webhook } = await hooked(t, there.url, { dataDir });
  await write(t, server, document, "x");
  await until(() => there.received.length === 1);
  const start = performance.now();
  assert.equal(await server.close(), true);
  const took = performance.now() - start;
  t.diagnostic(`${took.toFixed(0)} ms`);
  assert.ok(took < 3000, `${took} ms`);
  there.respond = status(204);
  const next = await hurriedServer(t, { dataDir });
  const done = await delivery(next, document, webhook, ({ state }) => state === "delivered");
  const ids = there.received.map(({ headers }) => headers["webhook-id"]);
  assert.deepEqual(ids, [done.id, done.id]);
  assert.equal(done.attempts.length, 1);
});

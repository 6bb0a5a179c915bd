/** Deleting a document, restoring it, and its end: over REST and on live sockets. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import type { CreatedLink, DocumentMetadata } from "#protocol/rest.ts";
import { openMemoryStore } from "../../persistence/memory.ts";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { StoreError } from "../../persistence/store-error.ts";
import { patient } from "../../server/patient-store.ts";
import { StoreHealth } from "../../server/store-health.ts";
import { Trash, TRASH_MS } from "../../server/trash.ts";
import { newDocument } from "../contract/sample-documents.ts";
import { FaultyStore } from "../helpers/faulty-store.ts";
import { addressOf, startMain } from "../helpers/program.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import {
  createDocument,
  exportText,
  startServer,
  type TestDocument,
  type TestServer,
} from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

type At = Pick<TestServer, "url">;

async function remove(server: At, { id, ownerToken: token }: TestDocument): Promise<void> {
  const { status } = await call(server, `/${id}`, { method: "DELETE", token });
  assert.equal(status, 204);
}

function restore(server: At, { id, ownerToken: token }: TestDocument) {
  const answer = call(server, `/${id}/restore`, { method: "POST", token });
  return answered<DocumentMetadata>(answer);
}

/** How a socket by this token ends. */
async function endOf(t: TestContext, server: TestServer, id: string, token: string) {
  return (await rawClient(t, server, id, `token=${token}`)).ended();
}

const nothing = async () => undefined;

test("[G40] deleting closes every socket with 4410 within a second, whatever link it came by", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server, { content: "hello" });
  const other = await createDocument(server);
  const { id, ownerToken, editToken } = document;
  const made = { method: "POST", token: ownerToken, body: { role: "view" } };
  const view = await answered<CreatedLink>(call(server, `/${id}/links`, made), 201);
  const enter = (token: string) => rawClient(t, server, id, `token=${token}&ack=1`);
  const clients = await Promise.all([ownerToken, editToken, editToken, view.token].map(enter));
  const stranger = await rawClient(t, server, other.id, `token=${other.editToken}`);
  await until(async () => {
    const { connections } = await answered<DocumentMetadata>(
      call(server, `/${id}`, { token: ownerToken }),
    );
    return connections === 4;
  });
  const start = performance.now();
  await remove(server, document);
  for (const client of clients) {
    assert.deepEqual(await client.ended(), { code: 4410, reason: "deleted" });
  }
  const took = performance.now() - start;
  t.diagnostic(`${took.toFixed(0)} ms`);
  assert.ok(took < 1000, `${took} ms`);
  assert.equal(stranger.closed, undefined);
});

test("[G41] after it 410 and 4410 answer the tokens that opened it, and 404 all others", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server);
  const { id, ownerToken, editToken } = document;
  await remove(server, document);
  for (const token of [ownerToken, editToken]) {
    await refused(call(server, `/${id}`, { token }), 410, "deleted");
    await refused(call(server, `/${id}/export`, { token }), 410, "deleted");
    await refused(call(server, `/${id}/links`, { token }), 410, "deleted");
    assert.deepEqual(await endOf(t, server, id, token), { code: 4410, reason: "deleted" });
  }
  await refused(call(server, `/${id}`, { method: "DELETE", token: ownerToken }), 410, "deleted");
  await refused(call(server, `/${id}`, { token: "x".repeat(32) }), 404, "unknown");
  const stranger = await endOf(t, server, id, "x".repeat(32));
  assert.deepEqual(stranger, { code: 4404, reason: "unknown" });
});

test("[G42] its owner restores it, over a restart too, and all its links work as before", async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const document = await createDocument(first, { content: "as it was" });
  const { id, editToken } = document;
  await remove(first, document);
  await first.close();
  const server = await startServer(t, { dataDir });
  await refused(call(server, `/${id}`, { token: editToken }), 410, "deleted");
  const again = { method: "POST", token: editToken };
  await refused(call(server, `/${id}/restore`, again), 403, "role");
  const metadata = await restore(server, document);
  assert.deepEqual([metadata.id, metadata.role, metadata.length], [id, "owner", 9]);
  assert.equal(await exportText(server, document), "as it was");
  const client = await rawClient(t, server, id, `token=${editToken}`);
  await client.next("step1");
  assert.equal((await restore(server, document)).id, id);
});

test("[G43] what was acknowledged when it was deleted is there when it is restored", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server);
  const client = await rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
  const updates = typing("every key of it");
  for (const update of updates) client.send({ type: "update", update });
  await until(async () => (await client.next("acknowledgement")).count === updates.length);
  await remove(server, document);
  await client.ended();
  await restore(server, document);
  assert.equal(await exportText(server, document), "every key of it");
});

test("[G44] a server that is killed right after the answer keeps it deleted, and restores it", async (t) => {
  const dataDir = await temporaryFolder(t);
  const program = startMain(t, dataDir);
  const first = await addressOf(program);
  const document = await createDocument(first, { content: "kept" });
  await remove(first, document);
  program.child.kill("SIGKILL");
  await program.exited();
  const server = await addressOf(startMain(t, dataDir));
  const { id, ownerToken: token } = document;
  await refused(call(server, `/${id}`, { token }), 410, "deleted");
  await restore(server, document);
  assert.equal(await exportText(server, document), "kept");
});

test("[G45] after 30 days it is gone for good, and until then it is not", async (t) => {
  const dataDir = await temporaryFolder(t);
  const deletedAt = Date.now();
  const at = (now: number) => startServer(t, { dataDir, now: () => now });
  const first = await at(deletedAt);
  const [document, other] = [await createDocument(first), await createDocument(first)];
  const { id, ownerToken: token } = document;
  await remove(first, document);
  await first.close();
  const later = await at(deletedAt + TRASH_MS);
  await refused(call(later, `/${id}`, { token }), 410, "deleted");
  await later.close();
  const last = await at(deletedAt + TRASH_MS + 1);
  await until(async () => (await call(last, `/${id}`, { token })).status === 404);
  await refused(call(last, `/${id}/restore`, { method: "POST", token }), 404, "unknown");
  assert.equal(await exportText(last, other), "");
  await last.close();
  const store = await openSqliteStore({ dataDir });
  t.after(() => store.close());
  assert.equal(await store.find(id), undefined);
});

test("[P81] a document that cannot be removed for good stops no other, and is tried again the next day", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const store = openMemoryStore();
  const ids = Array.from({ length: 350 }, (_, n) => `document ${n}`);
  for (const [n, id] of ids.entries()) {
    await store.create(newDocument(id));
    await store.setDeleted(id, 1 + (n % 7));
  }
  const stuck = new Set(ids.filter((_, n) => n % 3 === 0));
  const tried: string[] = [];
  const lines: string[] = [];
  const purge = async (id: string, before: number) => {
    tried.push(id);
    if (stuck.has(id)) throw new StoreError("failing", "told to fail");
    return store.purge(id, before);
  };
  const failing = { purge, deletedBefore: store.deletedBefore.bind(store) };
  const logger = pino({}, { write: (line) => lines.push(line) });
  const timing = { onPurged: nothing, now: () => TRASH_MS + 100 };
  const trash = new Trash({ store: failing, logger, ...timing });
  const left = async () => (await store.deletedBefore(100, 1000)).map(({ id }) => id);
  await until(async () => tried.length >= ids.length && (await left()).length === stuck.size);
  assert.deepEqual(new Set(await left()), stuck);
  assert.deepEqual([tried.length, new Set(tried).size], [ids.length, ids.length]);
  const failures = lines.filter((line) => line.includes("could not be removed"));
  assert.equal(failures.length, stuck.size);
  for (const id of stuck) assert.ok(failures.some((line) => line.includes(`"${id}"`)));
  stuck.clear();
  t.mock.timers.tick(24 * 60 * 60 * 1000);
  await until(async () => (await left()).length === 0);
  await trash.close();
});

test("[P82] when its 30 days are over a document is not restored, although it is there still; up to then it is", async (t) => {
  let now = Date.now();
  const server = await startServer(t, { now: () => now });
  const document = await createDocument(server, { content: "kept" });
  const { id, ownerToken: token } = document;
  await remove(server, document);
  now += TRASH_MS;
  await restore(server, document);
  await remove(server, document);
  now += TRASH_MS + 1;
  const late = call(server, `/${id}/restore`, { method: "POST", token });
  const { detail } = await refused(late, 410, "deleted");
  assert.equal(detail, "The 30 days in which it could be restored are over.");
  now -= 1;
  await restore(server, document);
  assert.equal(await exportText(server, document), "kept");
});

test("[P83] a purge that takes long is no sign of a failing disk", async () => {
  const faulty = new FaultyStore();
  await faulty.store.create(newDocument("a"));
  await faulty.store.setDeleted("a", 1);
  const health = new StoreHealth();
  const store = patient(faulty.store, health, 20);
  faulty.break("purge", "late");
  let isSettled = false;
  const purge = store.purge("a", 2).finally(() => (isSettled = true));
  // As long as a question may take that was asked later.
  faulty.break("find", "never");
  await assert.rejects(store.find("a"), { code: "failing" });
  assert.equal(isSettled, false);
  health.succeeded();
  faulty.mend();
  assert.equal(await purge, true);
  assert.equal(health.state, "ok");
});

/** Documents of which the disk has lost something, from outside: SQLite rows are damaged between two runs. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import {
  createDocument,
  exportText,
  startServer,
  type TestDocument,
  type TestServer,
} from "../helpers/server.ts";
import { until } from "../helpers/until.ts";
import { flip, tamper } from "../persistence/sqlite-fixtures.ts";

interface Damaged {
  readonly document: TestDocument;
  /** What an editor who saw everything has: "hello". */
  readonly copy: Y.Doc;
  server: TestServer;
}

/** A server that comes up after `sql` has damaged a document that says "hello", a letter an update. */
async function damaged(t: TestContext, sql: string): Promise<Damaged> {
  const before = await startServer(t);
  const document = await createDocument(before);
  const copy = new Y.Doc();
  const client = await rawClient(t, before, document.id, `token=${document.editToken}&ack=1`);
  for (const update of typing("hello", copy)) client.send({ type: "update", update });
  await until(() =>
    client.frames.some((frame) => frame.type === "acknowledgement" && frame.count === 5),
  );
  await before.close();
  tamper(before.dataDir, sql);
  const env = { ADMIN_TOKEN: "an-admin-token" };
  const server = await startServer(t, { dataDir: before.dataDir, env });
  return { document, copy, server };
}

const LOST = `UPDATE updates SET bytes = ${flip("bytes")} WHERE document = 1 AND seq = 3`;

const LAST_LOST = `UPDATE updates SET bytes = ${flip("bytes")} WHERE document = 1 AND seq = 5`;

async function restarted(t: TestContext, { server }: Damaged): Promise<TestServer> {
  await server.close();
  return startServer(t, { dataDir: server.dataDir });
}

function editor(t: TestContext, server: TestServer, { id, editToken }: TestDocument) {
  return rawClient(t, server, id, `token=${editToken}&ack=1`);
}

async function acceptLoss({ url }: TestServer, { id }: TestDocument, token: string) {
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(`${url}/api/documents/${id}/accept-loss`, { method: "POST", headers });
}

test("[Q1] a document that lacks updates is served with all others, and takes no edits", async (t) => {
  const scene = await damaged(t, LOST);
  const { server, document } = scene;
  assert.equal(await exportText(server, document), "he");
  const client = await editor(t, server, document);
  assert.deepEqual(await client.next("storeState"), { type: "storeState", state: "read-only" });
  const [update = new Uint8Array()] = typing("x");
  client.send({ type: "update", update });
  assert.deepEqual(await client.ended(), { code: 1013, reason: "overload" });
  assert.ok(!client.frames.some(({ type }) => type === "acknowledgement"));
  const later = await restarted(t, scene);
  assert.equal(await exportText(later, document), "he");
  assert.equal((await (await editor(t, later, document)).next("storeState")).state, "read-only");
});

test("[Q2] an editor's copy that brings back what is lost ends it for everybody, and for good", async (t) => {
  const scene = await damaged(t, LOST);
  const { server, document, copy } = scene;
  const [anna, ben] = [await editor(t, server, document), await editor(t, server, document)];
  assert.equal((await anna.next("storeState")).state, "read-only");
  const { stateVector } = await ben.next("step1");
  ben.send({ type: "step2", update: Y.encodeStateAsUpdate(copy, stateVector) });
  for (const client of [anna, ben]) {
    await until(async () => (await client.next("storeState")).state === "ok");
  }
  assert.equal((await ben.next("acknowledgement")).count, 1);
  for (const update of typing("!", copy)) ben.send({ type: "update", update });
  await until(async () => (await ben.next("acknowledgement")).count === 2);
  const later = await restarted(t, scene);
  assert.equal(await exportText(later, document), "hello!");
  const client = await editor(t, later, document);
  await client.next("step1");
  client.send({ type: "update", update: Y.encodeStateAsUpdate(copy) });
  assert.equal((await client.next("acknowledgement")).count, 1);
});

test("[Q3] its owner, and nobody else, can go on without what is lost", async (t) => {
  const scene = await damaged(t, LOST);
  const { server, document } = scene;
  const client = await editor(t, server, document);
  assert.equal((await client.next("storeState")).state, "read-only");
  assert.equal((await acceptLoss(server, document, document.editToken)).status, 403);
  assert.equal((await client.next("storeState")).state, "read-only");
  assert.equal((await acceptLoss(server, document, document.ownerToken)).status, 200);
  await until(async () => (await client.next("storeState")).state === "ok");
  const doc = new Y.Doc();
  doc.getText(CONTENT).insert(0, "on ");
  client.send({ type: "update", update: Y.encodeStateAsUpdate(doc) });
  assert.equal((await client.next("acknowledgement")).count, 1);
  const later = await restarted(t, scene);
  assert.match(await exportText(later, document), /on /);
  const next = await editor(t, later, document);
  await next.next("step1");
  assert.ok(!next.frames.some(({ type }) => type === "storeState"));
  assert.equal((await acceptLoss(later, document, document.ownerToken)).status, 200);
});

test("[Q5] what nothing waits for may be back or not: only the owner can tell, and a stranger's edit ends nothing", async (t) => {
  const { server, document, copy } = await damaged(t, LAST_LOST);
  assert.equal(await exportText(server, document), "hell");
  const client = await editor(t, server, document);
  const stranger = new Y.Doc();
  stranger.getText(CONTENT).insert(0, "x");
  for (const doc of [stranger, copy]) {
    client.send({ type: "step2", update: Y.encodeStateAsUpdate(doc) });
  }
  await until(async () => (await client.next("acknowledgement")).count === 2);
  assert.equal((await exportText(server, document)).length, 6);
  assert.equal((await client.next("storeState")).state, "read-only");
  assert.equal((await acceptLoss(server, document, document.ownerToken)).status, 200);
  await until(async () => (await client.next("storeState")).state === "ok");
});

test("[Q4] what is set aside is counted, and a damaged snapshot alone costs nobody anything", async (t) => {
  const sql = `INSERT INTO snapshots (document, seq, checksum, bytes) VALUES (1, 5, 1, x'0000')`;
  const { server, document } = await damaged(t, sql);
  assert.equal(await exportText(server, document), "hello");
  const client = await editor(t, server, document);
  await client.next("step1");
  const [update = new Uint8Array()] = typing("x");
  client.send({ type: "update", update });
  assert.equal((await client.next("acknowledgement")).count, 1);
  const headers = { Authorization: "Bearer an-admin-token" };
  const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
  assert.match(metrics, /^quire_quarantined_total 1$/m);
});

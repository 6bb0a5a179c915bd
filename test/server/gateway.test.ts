import assert from "node:assert/strict";
import { get } from "node:http";
import { test } from "node:test";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { ControlledStore } from "../helpers/controlled-store.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { createDocument, exportText, startServer, type TestServer } from "../helpers/server.ts";
import { syncedClient } from "../helpers/stock-client.ts";
import { until } from "../helpers/until.ts";

/** Status with which an upgrade is refused. */
function upgradeStatus(server: TestServer, path: string, headers: Record<string, string> = {}) {
  return new Promise<number | undefined>((resolve, reject) => {
    const socket = new WebSocket(server.url.replace("http", "ws") + path, { headers });
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode));
    socket.on("open", () => reject(new Error("the upgrade was accepted")));
    socket.on("error", reject);
  });
}

test("[G1] an upgrade on an unknown path is refused with 404", async (t) => {
  const server = await startServer(t);
  for (const path of ["/", "/ws", "/ws/doc/", "/ws/doc/a/b", "/ws/other/abc", "/ws/doc/%2e"]) {
    assert.equal(await upgradeStatus(server, path), 404, path);
  }
});

test("[G2] an upgrade from a foreign origin is refused with 403, from its own or an allowed one it is not", async (t) => {
  const server = await startServer(t, { env: { ALLOWED_ORIGINS: "https://friend.example" } });
  const { id, editToken } = await createDocument(server);
  const path = `/ws/doc/${id}?token=${editToken}`;
  assert.equal(await upgradeStatus(server, path, { Origin: "https://evil.example" }), 403);
  assert.equal(await upgradeStatus(server, path, { Origin: "null" }), 403);
  for (const origin of ["https://friend.example", server.url]) {
    await assert.rejects(upgradeStatus(server, path, { Origin: origin }), /was accepted/);
  }
});

test("[G3] a request that is no WebSocket handshake is refused with 4xx", async (t) => {
  const server = await startServer(t);
  const status = await new Promise<number | undefined>((resolve) => {
    const headers = { Connection: "Upgrade", Upgrade: "websocket" };
    get(`${server.url}/ws/doc/abc`, { headers }, (response) => resolve(response.statusCode));
  });
  assert.equal(status, 400);
});

test("[G4] no token closes with 4401, a wrong one and an unknown document alike with 4404", async (t) => {
  const server = await startServer(t);
  const { id } = await createDocument(server);
  const other = await createDocument(server);
  const attempts = [
    { id, query: "", code: 4401, reason: "token" },
    { id, query: "token=nonsense", code: 4404, reason: "unknown" },
    { id, query: `token=${other.editToken}`, code: 4404, reason: "unknown" },
    { id: "A".repeat(22), query: `token=${other.editToken}`, code: 4404, reason: "unknown" },
  ];
  for (const { code, reason, query, ...document } of attempts) {
    const client = await rawClient(t, server, document.id, query);
    assert.deepEqual(await client.ended(), { code, reason });
  }
});

test("[G5] the first frame to an editor is the server's step 1, and it answers a step 1 with a step 2", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server, { content: "here already" });
  const client = await rawClient(t, server, document.id, `token=${document.editToken}`);
  await client.next("step1");
  assert.equal(client.frames[0]?.type, "step1");
  client.send({ type: "step1", stateVector: new Uint8Array([0]) });
  const { update } = await client.next("step2");
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  assert.equal(doc.getText(CONTENT).toString(), "here already");
});

test("[G6] an update reaches the others with the bytes it was sent with, and not its sender", async (t) => {
  const server = await startServer(t);
  const { id, editToken } = await createDocument(server);
  const [writer, reader] = await Promise.all([
    rawClient(t, server, id, `token=${editToken}`),
    rawClient(t, server, id, `token=${editToken}&ack=1`),
  ]);
  const [update] = typing("a");
  assert.ok(update);
  await reader.next("step1");
  writer.send({ type: "update", update });
  assert.deepEqual((await reader.next("update")).update, update);
  assert.ok(!writer.frames.some(({ type }) => type === "update"));
});

test("[G7] what a client sends as step 2 reaches the others as an update, once", async (t) => {
  const server = await startServer(t);
  const { id, editToken } = await createDocument(server);
  const writer = await rawClient(t, server, id, `token=${editToken}&ack=1`);
  const reader = await rawClient(t, server, id, `token=${editToken}`);
  await reader.next("step1");
  const doc = new Y.Doc();
  typing("offline", doc);
  doc.getText(CONTENT).delete(0, 3);
  const update = Y.encodeStateAsUpdate(doc);
  writer.send({ type: "step2", update });
  assert.deepEqual((await reader.next("update")).update, update);
  writer.send({ type: "step2", update });
  await until(async () => (await writer.next("acknowledgement")).count === 2);
  assert.equal(reader.frames.filter(({ type }) => type === "update").length, 1);
  assert.ok(!reader.frames.some(({ type }) => type === "step2"));
});

test("[G8] acknowledgements are cumulative from 0, count empty and known frames, and come only when asked", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server);
  const asking = await rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
  const silent = await rawClient(t, server, document.id, `token=${document.editToken}`);
  const updates = typing("abc");
  for (const update of [...updates, ...updates]) asking.send({ type: "update", update });
  asking.send({ type: "step2", update: new Uint8Array([0, 0]) });
  for (const update of updates) silent.send({ type: "update", update });
  await until(async () => (await asking.next("acknowledgement")).count === 7);
  assert.equal(await exportText(server, document), "abc");
  assert.ok(!silent.frames.some(({ type }) => type === "acknowledgement"));
});

test("[G9] a malformed frame or update closes that socket alone with 4400 and leaves nothing behind", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server, { content: "safe" });
  const witness = await syncedClient(t, server, document);
  const [update = new Uint8Array()] = typing("broken");
  const bad = [
    new Uint8Array([0, 2, 5, 1]),
    new Uint8Array([77]),
    new Uint8Array([]),
    new Uint8Array([0, 2, update.length - 1, ...update.slice(0, -1)]),
    new Uint8Array([0, 0, 1, 255]),
    new Uint8Array([1, 3, 1, 1, 1]),
  ];
  for (const bytes of bad) {
    const client = await rawClient(t, server, document.id, `token=${document.editToken}`);
    client.socket.send(bytes);
    assert.deepEqual(await client.ended(), { code: 4400, reason: "malformed" }, bytes.join(" "));
  }
  assert.equal(await exportText(server, document), "safe");
  assert.ok(witness.provider.wsconnected);
});

test("[G10] a text frame closes with 4400, a frame past MAX_MESSAGE_BYTES with 1009", async (t) => {
  const server = await startServer(t, { env: { MAX_MESSAGE_BYTES: "1000" } });
  const { id, editToken } = await createDocument(server);
  const texting = await rawClient(t, server, id, `token=${editToken}`);
  texting.socket.send("hello");
  assert.equal((await texting.ended()).code, 4400);
  const shouting = await rawClient(t, server, id, `token=${editToken}`);
  shouting.socket.send(new Uint8Array(1001));
  assert.equal((await shouting.ended()).code, 1009);
});

test("[G11] every socket gets a data frame and a ping in time, and one that is silent is ended", async (t) => {
  const server = await startServer(t, { heartbeat: { pingMs: 30, dataMs: 30, silentMs: 300 } });
  const { id, editToken } = await createDocument(server);
  const alive = await rawClient(t, server, id, `token=${editToken}`);
  const dead = await rawClient(t, server, id, `token=${editToken}`);
  let pings = 0;
  alive.socket.on("ping", () => (pings += 1));
  dead.socket.pause();
  await until(() => alive.frames.filter(({ type }) => type === "awareness").length > 20);
  assert.ok(pings > 10);
  assert.equal(alive.closed, undefined);
  const metadata = await fetch(`${server.url}/api/documents/${id}?token=${editToken}`);
  assert.equal(((await metadata.json()) as { connections: number }).connections, 1);
});

test("[G12] a copy of another epoch is refused with 4409 before any sync", async (t) => {
  const server = await startServer(t);
  const { id, editToken } = await createDocument(server);
  const client = await rawClient(t, server, id, `token=${editToken}&epoch=7`);
  assert.deepEqual(await client.ended(), { code: 4409, reason: "epoch" });
  assert.deepEqual(client.frames, []);
  const same = await rawClient(t, server, id, `token=${editToken}&epoch=1`);
  await same.next("step1");
});

test("[G13] an edit past MAX_DOC_BYTES closes with 4413; reading and deleting still work", async (t) => {
  const server = await startServer(t, { env: { MAX_DOC_BYTES: "2000" } });
  const document = await createDocument(server, { content: "x".repeat(1900) });
  const client = await syncedClient(t, server, document);
  const greedy = await rawClient(t, server, document.id, `token=${document.editToken}`);
  greedy.send({ type: "update", update: Y.encodeStateAsUpdate(docWith("z".repeat(500))) });
  assert.deepEqual(await greedy.ended(), { code: 4413, reason: "full" });
  client.text.delete(0, 1000);
  await until(async () => (await exportText(server, document)).length === 900);
  client.text.insert(0, "y".repeat(500));
  await until(async () => (await exportText(server, document)).length === 1400);
});

test("[G14] while too much waits for the disk nothing more is read and newcomers get 1013; then all goes on and nothing is lost", async (t) => {
  const control = new ControlledStore();
  const server = await startServer(t, { store: control.store, maxBacklogBytes: 18_000 });
  const document = await createDocument(server);
  const writer = await rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
  const reader = await rawClient(t, server, document.id, `token=${document.editToken}`);
  await Promise.all([writer.next("step1"), reader.next("step1")]);
  const doc = new Y.Doc();
  const updates = typing("x".repeat(100), doc);
  control.hold();
  for (const update of updates) writer.send({ type: "update", update });
  await until(() => reader.frames.filter(({ type }) => type === "update").length > 40);
  const late = typing("y", doc);
  for (const update of late) writer.send({ type: "update", update });
  const newcomer = await rawClient(t, server, document.id, `token=${document.editToken}`);
  assert.deepEqual(await newcomer.ended(), { code: 1013, reason: "overload" });
  assert.ok(!writer.frames.some(({ type }) => type === "acknowledgement"));
  control.release();
  await until(async () => (await writer.next("acknowledgement")).count === 101);
  assert.equal(await exportText(server, document), `${"x".repeat(100)}y`);
});

test("[G15] a socket that could not be read for too long, as the disk was behind, is closed with 1013", async (t) => {
  const control = new ControlledStore();
  const heartbeat = { pingMs: 30, dataMs: 30, silentMs: 200 };
  const server = await startServer(t, { store: control.store, maxBacklogBytes: 10, heartbeat });
  const { id, editToken } = await createDocument(server);
  const writer = await rawClient(t, server, id, `token=${editToken}`);
  await writer.next("step1");
  control.hold();
  for (const update of typing("abc")) writer.send({ type: "update", update });
  assert.deepEqual(await writer.ended(), { code: 1013, reason: "overload" });
  control.release();
});

function docWith(text: string): Y.Doc {
  const doc = new Y.Doc();
  doc.getText(CONTENT).insert(0, text);
  return doc;
}

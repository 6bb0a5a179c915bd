/** Several nodes that share one Postgres and one Redis, and what they do while one of these is away. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import {
  createDocument,
  exportText,
  type TestDocument,
  type TestServer,
} from "../helpers/server.ts";
import { servicesOfFile, startNodes } from "../helpers/nodes.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { call, refused } from "../helpers/rest.ts";
import { type StockClient, syncedClient } from "../helpers/stock-client.ts";
import { until } from "../helpers/until.ts";
import { textOf } from "../contract/sample-documents.ts";
import { ask, openStore } from "../persistence/postgres-fixtures.ts";

const services = servicesOfFile();

/** Two nodes with a document, and somebody on each who has it open. */
async function twoNodes(t: TestContext, content = "") {
  const env = { ADMIN_TOKEN: "admin" };
  const { nodes, lines } = await startNodes(t, services(), 2, { env });
  const [one, two] = nodes;
  const [lineOne, lineTwo] = lines;
  assert.ok(one && two && lineOne && lineTwo);
  const document = await createDocument(one, { content });
  const [anna, ben] = [await syncedClient(t, one, document), await syncedClient(t, two, document)];
  return { one, two, lineOne, lineTwo, document, anna, ben };
}

async function sameText(...clients: readonly StockClient[]): Promise<string> {
  const texts = () => clients.map(({ text }) => text.toString());
  await until(() => new Set(texts()).size === 1, { what: "all have the same text" });
  return texts()[0] ?? "";
}

function nameSeen(by: StockClient, of: StockClient): unknown {
  return by.provider.awareness.getStates().get(of.doc.clientID)?.["user"]?.name;
}

/** An edit link of its own. */
async function newLink(node: TestServer, { id, ownerToken: token }: TestDocument) {
  const options = { method: "POST", token, body: { role: "edit" } };
  const made = await call(node, `/${id}/links`, options);
  return (await made.json()) as { readonly id: string; readonly token: string };
}

test("[X20] what is written on one node is in the text on all others, and in every export", async (t) => {
  const { nodes } = await startNodes(t, services(), 3);
  const [first = { url: "" }] = nodes;
  const document = await createDocument(first, { content: "start\n" });
  const clients = await Promise.all(nodes.map((node) => syncedClient(t, node, document)));
  for (const [n, { text }] of clients.entries()) text.insert(text.length, `from node ${n}\n`);
  await until(() => clients.every(({ text }) => text.length === 6 + 3 * 12));
  const text = await sameText(...clients);
  for (const node of nodes) assert.equal(await exportText(node, document), text);
});

test("[X21] people on other nodes are seen within 200 ms, counted, and gone when they leave", async (t) => {
  const { two, document, anna, ben } = await twoNodes(t);
  anna.provider.awareness.setLocalState({ user: { name: "Anna" } });
  await until(() => nameSeen(ben, anna) === "Anna");
  anna.provider.awareness.setLocalState({ user: { name: "Anne" } });
  await until(() => nameSeen(ben, anna) === "Anne", { timeoutMs: 200 });
  const connections = async () => {
    const metadata = await call(two, `/${document.id}`, { token: document.editToken });
    return ((await metadata.json()) as { connections: number }).connections;
  };
  await until(async () => (await connections()) === 2);
  anna.provider.disconnect();
  await until(() => nameSeen(ben, anna) === undefined, { timeoutMs: 1000 });
});

test("[X22] a link revoked on one node closes its sockets on the others within a second", async (t) => {
  const { one, two, document } = await twoNodes(t);
  const link = await newLink(one, document);
  const guest = await rawClient(t, two, document.id, `token=${link.token}`);
  await guest.next("step1");
  const began = performance.now();
  const token = document.ownerToken;
  await call(one, `/${document.id}/links/${link.id}`, { method: "DELETE", token });
  assert.deepEqual(await guest.ended(), { code: 4403, reason: "revoked" });
  assert.ok(performance.now() - began < 1000);
});

test("[X23] so does a deletion, and after restoring the document opens everywhere", async (t) => {
  const { one, two, document } = await twoNodes(t, "kept");
  const guest = await rawClient(t, two, document.id, `token=${document.editToken}`);
  await guest.next("step1");
  const began = performance.now();
  const token = document.ownerToken;
  await call(one, `/${document.id}`, { method: "DELETE", token });
  assert.deepEqual(await guest.ended(), { code: 4410, reason: "deleted" });
  assert.ok(performance.now() - began < 1000);
  await refused(call(two, `/${document.id}`, { token }), 410, "deleted");
  await call(two, `/${document.id}/restore`, { method: "POST", token });
  assert.equal(await exportText(one, document), "kept");
});

test("[X24] a title set on one node is the document's on the others", async (t) => {
  const { one, ben, document } = await twoNodes(t);
  const token = document.editToken;
  await call(one, `/${document.id}`, { method: "PATCH", token, body: { title: "New name" } });
  await until(() => ben.doc.getMap("meta").get("title") === "New name", { timeoutMs: 1000 });
});

test("[X25] while Redis is away nodes go on, exchange by the log within seconds, and heal when it is back", async (t) => {
  const { one, two, document, anna, ben } = await twoNodes(t);
  const { redis } = services();
  await redis.kill();
  const writer = await rawClient(t, one, document.id, `token=${document.editToken}&ack=1`);
  for (const update of typing("away ")) writer.send({ type: "update", update });
  await until(async () => (await writer.next("acknowledgement")).count === 5);
  await until(() => ben.text.toString() === "away ", { timeoutMs: 3000 });
  await redis.start();
  anna.provider.awareness.setLocalState({ user: { name: "Anna" } });
  await until(() => nameSeen(ben, anna) === "Anna");
  ben.text.insert(5, "and back");
  assert.equal(await sameText(anna, ben), "away and back");
  assert.equal(await exportText(two, document), "away and back");
});

test("[X26] a link revoked while Redis is away is closed everywhere all the same", async (t) => {
  const { one, two, document, lineTwo } = await twoNodes(t);
  const link = await newLink(one, document);
  lineTwo.redis.cut();
  const guest = await rawClient(t, two, document.id, `token=${link.token}`);
  await guest.next("step1");
  const token = document.ownerToken;
  await call(one, `/${document.id}/links/${link.id}`, { method: "DELETE", token });
  assert.deepEqual(await guest.ended(), { code: 4403, reason: "revoked" });
});

test("[X27] an export compares with the log first, whatever the bus has lost", async (t) => {
  const { one, two, document, lineTwo } = await twoNodes(t);
  lineTwo.redis.hang();
  const writer = await rawClient(t, one, document.id, `token=${document.editToken}&ack=1`);
  for (const [n, update] of typing("saved is saved").entries()) {
    writer.send({ type: "update", update });
    await until(async () => (await writer.next("acknowledgement")).count === n + 1);
    assert.equal(await exportText(two, document), "saved is saved".slice(0, n + 1));
  }
});

test("[X28] while Postgres is away nothing is acknowledged, what was typed waits, and is saved when it is back", async (t) => {
  const { one, document, anna, ben, lineOne } = await twoNodes(t);
  const writer = await rawClient(t, one, document.id, `token=${document.editToken}&ack=1`);
  await writer.next("step1");
  lineOne.postgres.cut();
  for (const update of typing("hello")) writer.send({ type: "update", update });
  const state = await until(() => writer.frames.find(({ type }) => type === "storeState"));
  assert.deepEqual(state, { type: "storeState", state: "failing" });
  assert.equal(anna.text.toString(), "hello");
  assert.equal((await fetch(`${one.url}/readyz`)).status, 503);
  assert.ok(!writer.frames.some(({ type }) => type === "acknowledgement"));
  await lineOne.postgres.restore();
  await until(async () => (await writer.next("acknowledgement")).count === 5);
  assert.equal(await sameText(anna, ben), "hello");
});

test("[X29] whenever Postgres is killed, what was written is there in the end, each edit once", async (t) => {
  const { one, two, document, anna, ben, lineOne } = await twoNodes(t);
  const { postgres } = services();
  const doc = new Y.Doc();
  const updates = typing("a".repeat(100), doc);
  const writer = await rawClient(t, one, document.id, `token=${document.editToken}&ack=1`);
  for (const [n, update] of updates.entries()) {
    writer.send({ type: "update", update });
    if (n === 50) await Promise.all([postgres.kill(), writer.next("storeState")]);
    await new Promise(setImmediate);
  }
  await postgres.start();
  await until(async () => (await writer.next("acknowledgement")).count === updates.length, {
    timeoutMs: 30_000,
  });
  const text = doc.getText(CONTENT).toString();
  await until(() => anna.text.toString() === text && ben.text.toString() === text);
  for (const node of [one, two]) assert.equal(await exportText(node, document), text);
  const [head] = await ask<{ seq: string }>(lineOne.postgres.url, "SELECT seq FROM documents");
  assert.equal(Number(head?.seq), updates.length);
});

test("[X18] a document that is purged on one node while another cannot store it ends there, and troubles no other", async (t) => {
  const { one, two, document, lineTwo, anna, ben } = await twoNodes(t);
  for (const { provider } of [anna, ben]) provider.disconnect();
  const writer = await rawClient(t, two, document.id, `token=${document.editToken}&ack=1`);
  await writer.next("step1");
  lineTwo.postgres.cut();
  for (const update of typing("hello")) writer.send({ type: "update", update });
  await writer.next("storeState");
  const purged = await fetch(`${one.url}/api/admin/documents/${document.id}?purge=true`, {
    method: "DELETE",
    headers: { Authorization: "Bearer admin" },
  });
  assert.equal(purged.status, 204);
  await lineTwo.postgres.restore();
  await writer.ended();
  const other = await createDocument(two);
  const next = await rawClient(t, two, other.id, `token=${other.editToken}&ack=1`);
  for (const update of typing("on")) next.send({ type: "update", update });
  await until(async () => (await next.next("acknowledgement")).count === 2);
  assert.equal((await fetch(`${two.url}/readyz`)).status, 200);
});

test("[X19] a Postgres that comes back some edits older gets them back from who has them", async (t) => {
  const { one, two, document, anna, ben, lineOne } = await twoNodes(t, "start ");
  for (let n = 0; n < 20; n += 1) anna.text.insert(anna.text.length, `${n} `);
  const text = await sameText(anna, ben);
  await until(async () => (await exportText(two, document)) === text);
  const [head] = await ask<{ seq: string }>(
    lineOne.postgres.url,
    `WITH gone AS (DELETE FROM updates WHERE seq > 1) UPDATE documents SET seq = 1 RETURNING seq`,
  );
  assert.equal(Number(head?.seq), 1);
  anna.text.insert(0, "A");
  ben.text.insert(0, "B");
  const isWhole = (found: string) => [..."AB", text].every((part) => found.includes(part));
  await until(() => isWhole(anna.text.toString()) && isWhole(ben.text.toString()));
  const all = await sameText(anna, ben);
  for (const node of [one, two]) {
    await until(async () => (await exportText(node, document)) === all);
  }
  for (const { provider } of [anna, ben]) provider.disconnect();
  const store = await openStore(t, { databaseUrl: lineOne.postgres.url });
  assert.equal(textOf(await store.load(document.id)), all);
});

test("[X30] who waits for other content on one node hears of what is written on another", async (t) => {
  const { two, document, anna } = await twoNodes(t, "old");
  anna.provider.disconnect();
  const token = document.editToken;
  const first = await call(two, `/${document.id}/export?format=txt`, { token });
  const headers = { "If-None-Match": first.headers.get("etag") ?? "" };
  const waiting = call(two, `/${document.id}/export?format=txt&wait=20`, { token, headers });
  anna.provider.connect();
  await until(() => anna.provider.synced);
  anna.text.insert(3, " and new");
  assert.equal(await (await waiting).text(), "old and new");
});

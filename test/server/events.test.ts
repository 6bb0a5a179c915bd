/** The event stream of a document: what it tells, how it is resumed, and how it ends. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { Response } from "express";
import type { CreatedLink, DocumentMetadata, DocumentPresenceEvent, Link } from "#protocol/rest.ts";
import { EventStream } from "../../server/rest/event-stream.ts";
import { eventReader } from "../helpers/event-reader.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { syncedClient } from "../helpers/stock-client.ts";
import { until } from "../helpers/until.ts";

const FAST = { paceMs: 1, heartbeatMs: 15_000, stuckMs: 30_000 };

test("[T150] a stream begins with how things are, and tells of each change of the text that is on disk", async (t) => {
  const server = await startServer(t, { eventTimes: FAST });
  const document = await createDocument(server, { content: "# Plan\n" });
  const reader = await eventReader(t, server, document.id, { token: document.editToken });
  const first = await reader.next("content");
  assert.deepEqual([first.data.title, first.data.length, first.data.bytes], ["Plan", 7, 7]);
  const { text } = await syncedClient(t, server, document);
  text.insert(7, "äh");
  const second = await reader.next("content");
  assert.deepEqual([second.data.length, second.data.bytes], [9, 10]);
  assert.notEqual(second.id, first.id);
  const metadata = await answered<DocumentMetadata>(
    call(server, `/${document.id}`, { token: document.editToken }),
  );
  assert.equal(second.data.updatedAt, metadata.updatedAt);
});

test("[T151] who comes back is told of the text only if it has changed meanwhile", async (t) => {
  const server = await startServer(t, { eventTimes: FAST });
  const document = await createDocument(server, { content: "one" });
  const token = document.editToken;
  const first = await eventReader(t, server, document.id, { token });
  const { id } = await first.next("content");
  first.leave();
  const again = await eventReader(t, server, document.id, { token, lastEventId: id });
  await again.next("presence");
  const { text } = await syncedClient(t, server, document);
  text.insert(3, " two");
  const { data } = await again.next("content");
  assert.equal(data.length, 7);
  assert.equal(again.events.filter(({ event }) => event === "content").length, 1);
  again.leave();
  const late = await eventReader(t, server, document.id, { token, lastEventId: id });
  assert.equal((await late.next("content")).data.length, 7);
});

test("[T152] a stream tells who is in the document, with the role of their link and no longer a name than people have", async (t) => {
  const server = await startServer(t, { eventTimes: FAST });
  const document = await createDocument(server);
  const { id, ownerToken } = document;
  const reader = await eventReader(t, server, id, { token: ownerToken });
  assert.deepEqual((await reader.next("presence")).data.people, []);
  const client = await syncedClient(t, server, document);
  client.provider.awareness.setLocalState({ user: { name: "A".repeat(5000), color: "#123456" } });
  const told = () => reader.events.map(({ event, data }) => ({ event, data }));
  const withOne = await until(() =>
    told()
      .filter(({ event }) => event === "presence")
      .map(({ data }) => JSON.parse(data) as DocumentPresenceEvent)
      .find(({ people }) => people.length === 1),
  );
  assert.deepEqual(withOne.people, [
    { clientId: client.doc.clientID, name: "A".repeat(200), color: "#123456", role: "edit" },
  ]);
  client.destroy();
  await until(() => told().at(-1)?.data === JSON.stringify({ people: [] }));
  assert.ok(reader.events.every(({ data }) => !data.includes(ownerToken)));
});

test("[T153] a stream ends when its link does, and with a last event when the document was deleted", async (t) => {
  const server = await startServer(t, { eventTimes: FAST });
  const { id, ownerToken, editToken } = await createDocument(server);
  const made = { method: "POST", token: ownerToken, body: { role: "view" } };
  const link = await answered<CreatedLink>(call(server, `/${id}/links`, made), 201);
  const guest = await eventReader(t, server, id, { token: link.token });
  const editor = await eventReader(t, server, id, { token: editToken });
  await call(server, `/${id}/links/${link.id}`, { method: "DELETE", token: ownerToken });
  await until(() => guest.hasEnded, { timeoutMs: 1000 });
  assert.equal(editor.hasEnded, false);
  await refused(call(server, `/${id}/events`, { token: link.token }), 403, "revoked");
  await call(server, `/${id}`, { method: "DELETE", token: ownerToken });
  await until(() => editor.hasEnded, { timeoutMs: 1000 });
  assert.deepEqual((await editor.next("deleted")).data, { id });
  await refused(call(server, `/${id}/events`, { token: editToken }), 410, "deleted");
  assert.equal(
    guest.events.some(({ event }) => event === "deleted"),
    false,
  );
});

test("[T154] a client that takes nothing gets the newest of each kind when it does, and is cut off in the end", async () => {
  const socket = new PassThrough({ highWaterMark: 64 });
  const response = Object.assign(socket, {
    status: () => response,
    set: () => response,
  }) as unknown as Response & PassThrough;
  const stream = new EventStream(response, { ...FAST, stuckMs: 200 });
  let made = 0;
  const want = (n: number) =>
    stream.want("content", async () => {
      made += 1;
      return { name: "content", data: { n, filling: "x".repeat(100) } };
    });
  want(0);
  await until(() => response.writableNeedDrain);
  for (let n = 1; n <= 1000; n++) want(n);
  assert.equal(made, 1);
  let text = "";
  socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
  await until(() => text.includes('"n":1000'));
  assert.equal(made, 2);
  socket.pause();
  want(2000);
  await until(() => response.writableNeedDrain);
  await until(() => socket.destroyed);
});

test("[T155] a silent stream gives a sign of life", async (t) => {
  const server = await startServer(t, { eventTimes: { ...FAST, heartbeatMs: 20 } });
  const { id, editToken } = await createDocument(server);
  const reader = await eventReader(t, server, id, { token: editToken });
  await until(() => reader.comments.length >= 3);
  assert.deepEqual([...new Set(reader.comments)], [""]);
});

test("[T156] streams and waiting answers count as connections of their address, and are given back", async (t) => {
  const server = await startServer(t, { env: { MAX_SOCKETS_PER_ADDRESS: "2" }, eventTimes: FAST });
  const { id, editToken: token } = await createDocument(server, { content: "a" });
  const readers = [
    await eventReader(t, server, id, { token }),
    await eventReader(t, server, id, { token }),
  ];
  await refused(call(server, `/${id}/events`, { token }), 429, "rate");
  const held = { token, headers: { "If-None-Match": "*" } };
  await refused(call(server, `/${id}/export?wait=10`, held), 429, "rate");
  readers[0]?.leave();
  await until(async () => (await call(server, `/${id}/export?wait=0.01`, held)).status === 304);
});

test("[T157] shutting down ends every stream at once, and tells who waits to try again", async (t) => {
  const server = await startServer(t, { eventTimes: FAST });
  const { id, ownerToken, editToken: token } = await createDocument(server, { content: "a" });
  const reader = await eventReader(t, server, id, { token });
  const held = { token, headers: { "If-None-Match": "*" } };
  const waiting = refused(call(server, `/${id}/export?wait=60`, held), 503, "restart");
  await until(async () => {
    const links = await answered<Link[]>(call(server, `/${id}/links`, { token: ownerToken }));
    return links[0]?.connections === 2;
  });
  assert.equal(await server.close(), true);
  await waiting;
  await until(() => reader.hasEnded);
});

test("[T158] a stream is asked for with a token like everything else, and HEAD of it ends", async (t) => {
  const server = await startServer(t);
  const { id, editToken } = await createDocument(server);
  await refused(call(server, `/${id}/events`), 401, "token");
  await refused(call(server, `/${id}/events`, { token: "x".repeat(30) }), 404, "unknown");
  const head = await call(server, `/${id}/events`, { method: "HEAD", token: editToken });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get("content-type"), "text/event-stream; charset=utf-8");
});

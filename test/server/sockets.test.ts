/** Sockets that are slow, silent, or want something else, as TCP sees them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { encodeFrame } from "#protocol/frames.ts";
import { type RawClient, rawClient } from "../helpers/raw-client.ts";
import { createDocument, exportText, startServer, type TestServer } from "../helpers/server.ts";
import { UNLIMITED } from "../helpers/unlimited.ts";
import { until } from "../helpers/until.ts";

/** What one client says of itself. */
function announcement(clientId: number, clock: number, state: object): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, JSON.stringify(state));
  });
}

/** A TCP connection that has become a WebSocket. */
async function handshake({ url }: TestServer, path: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const headers = [
    "Host: x",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  socket.write(`GET ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  assert.match(answer.toString("latin1"), /^HTTP\/1.1 101 /);
  socket.resume();
  return socket;
}

/** Whether the newest presence that came holds these words. */
async function isTold(client: RawClient, words: string): Promise<boolean> {
  const { update } = await client.next("awareness");
  return Buffer.from(update).includes(words);
}

test("[G16] a client that comes back while its old connection is dead is visible within seconds; while that lives its place is its own", async (t) => {
  const server = await startServer(t);
  const { id, editToken } = await createDocument(server);
  const enter = () => rawClient(t, server, id, `token=${editToken}`);
  const [watcher, old, next] = [await enter(), await enter(), await enter()];
  old.send({ type: "awareness", update: announcement(7, 3, { name: "before" }) });
  await until(() => isTold(watcher, "before"));
  const pinged = once(old.socket, "ping");
  next.send({ type: "awareness", update: announcement(7, 3, { name: "after" }) });
  await pinged;
  assert.ok(await isTold(watcher, "before"));
  old.socket.pause();
  await until(
    () => {
      next.send({ type: "awareness", update: announcement(7, 3, { name: "after" }) });
      return isTold(watcher, "after");
    },
    { timeoutMs: 15_000, what: "the client that came back is told to the others" },
  );
  next.socket.terminate();
  await until(() => isTold(watcher, "null"));
});

test("[G17] a large message on a slow line is waited for, however long it takes", async (t) => {
  const server = await startServer(t, { heartbeat: { pingMs: 50, dataMs: 50, silentMs: 300 } });
  const document = await createDocument(server);
  // Without a client that would answer pings in the middle of its message.
  const socket = await handshake(server, `/ws/doc/${document.id}?token=${document.editToken}`);
  t.after(() => socket.destroy());
  const doc = new Y.Doc();
  doc.getText(CONTENT).insert(0, "x".repeat(4000));
  const message = encodeFrame({ type: "update", update: Y.encodeStateAsUpdate(doc) });
  // RFC 6455, section 5.2: final and binary, masked by zeros, a length of 16 bits.
  const head = [0x82, 0x80 | 126, message.length >> 8, message.length & 0xff, 0, 0, 0, 0];
  const wire = Buffer.from([...head, ...message]);
  const started = performance.now();
  for (let at = 0; at < wire.length; at += 200) {
    socket.write(wire.subarray(at, at + 200));
    const next = performance.now() + 60;
    await until(() => performance.now() > next);
  }
  assert.ok(performance.now() - started > 600);
  await until(async () => (await exportText(server, document)).length === 4000);
});

test("[G18] a refused upgrade leaves no connection behind, even if the other side keeps its half", async (t) => {
  const server = await startServer(t);
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  t.after(() => socket.destroy());
  socket.resume();
  let error: Error | undefined;
  socket.on("error", (cause) => (error = cause));
  socket.write(
    "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  await once(socket, "end");
  await until(() => {
    if (socket.writable) socket.write("x");
    return error;
  });
});

test("[G20] who reads too slowly gets one difference when it can, and nothing piles up for it", async (t) => {
  const server = await startServer(t, { env: UNLIMITED });
  const document = await createDocument(server);
  const enter = () => rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
  const [writer, slow] = [await enter(), await enter()];
  const doc = new Y.Doc();
  const text = doc.getText(CONTENT);
  await slow.next("step1");
  slow.socket.pause();
  let sent = 0;
  doc.on("update", (update: Uint8Array) => {
    sent += update.length;
    writer.send({ type: "update", update });
  });
  for (let n = 0; n < 300; n++) {
    text.insert(0, "x".repeat(100_000));
    text.delete(0, 100_000);
    await until(() => writer.socket.bufferedAmount < 1_000_000);
  }
  text.insert(0, "the end");
  await until(async () => (await exportText(server, document)) === "the end");
  slow.socket.resume();
  const copy = new Y.Doc();
  let received = 0;
  let applied = 0;
  await until(() => {
    for (const frame of slow.frames.slice(applied)) {
      applied += 1;
      if (frame.type !== "update") continue;
      received += frame.update.length;
      Y.applyUpdate(copy, frame.update);
    }
    return copy.getText(CONTENT).toString() === "the end";
  });
  t.diagnostic(`${sent} bytes were written meanwhile, ${received} were sent to who was slow`);
  assert.ok(received < sent / 2);
});

test("[G19] what offers another protocol than WebSocket is answered over HTTP", async (t) => {
  const server = await startServer(t);
  const headers = { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c", "HTTP2-Settings": "" };
  const asked = request(`${server.url}/healthz`, { headers });
  asked.end();
  const [response] = (await once(asked, "response")) as [{ statusCode: number; resume(): void }];
  response.resume();
  assert.equal(response.statusCode, 200);
});

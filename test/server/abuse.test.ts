/**
 * Clients that mean harm, against the program as it is started, with its limits as they
 * are by default; and two honest people beside them.
 */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import * as encoding from "lib0/encoding";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { addressOf, start, startMain } from "../helpers/program.ts";
import { rawClient } from "../helpers/raw-client.ts";
import { createDocument, type TestDocument } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

const ADMIN = "admin";

/** How long one in a hundred of the honest may wait: for an edit to be seen, or for an answer. */
const P99_MS = 500;

/** How long any of them may ever wait. */
const LONGEST_MS = 5000;

interface Scene {
  readonly t: TestContext;
  readonly url: string;
  readonly wsUrl: string;
  readonly document: TestDocument;
}

/** Each does its harm to the end. */
const HARM: Record<string, (scene: Scene) => Promise<void>> = {
  "10,000 bad handshakes": async ({ t, url, wsUrl }) => {
    for (let round = 0; round < 100; round++) {
      await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          ended(
            t,
            n % 2 ? `${wsUrl}/nothing${round}?token=none` : `${url.replace("http", "ws")}/x`,
          ),
        ),
      );
    }
  },
  "1,000 connections from one address": async ({ t, wsUrl, document }) => {
    const address = `${wsUrl}/${document.id}?token=${document.editToken}`;
    const sockets = Array.from({ length: 1000 }, () => opened(t, address));
    const open = (await Promise.all(sockets)).filter(Boolean);
    assert.ok(open.length < 200, `${open.length} were let in`);
    for (const socket of open) socket?.terminate();
  },
  "as many frames as one socket can send": async ({ t, wsUrl, document }) => {
    const client = await rawClient(t, { wsUrl }, document.id, `token=${document.editToken}`);
    const flood = () => {
      for (let n = 0; n < 2000 && client.socket.bufferedAmount < 4e6; n++) {
        client.send({ type: "queryAwareness" });
      }
    };
    const flooding = setInterval(flood, 10);
    await until(() => client.closed, { timeoutMs: 60_000 });
    clearInterval(flooding);
    assert.equal(client.closed?.code, 4429);
  },
  "giant presence, deep JSON, half-open handshakes": async ({ t, url, wsUrl, document }) => {
    for (let n = 0; n < 20; n++) {
      const client = await rawClient(t, { wsUrl }, document.id, `token=${document.editToken}`);
      client.send({ type: "awareness", update: presence(n + 1, "x".repeat(1_000_000)) });
      assert.equal((await client.ended()).code, 4400);
      const body = `{"content":${"[".repeat(200_000)}`;
      const headers = { "Content-Type": "application/json" };
      const { status } = await fetch(`${url}/api/documents`, { method: "POST", headers, body });
      assert.equal(status, 422);
      const half = connect(Number(new URL(url).port), "127.0.0.1");
      t.after(() => half.destroy());
      half.write(`GET /ws/doc/${document.id} HTTP/1.1\r\nUpgrade: websocket\r\n`);
    }
  },
  "readers that never read, while somebody writes much": async ({ t, wsUrl, document }) => {
    const query = `token=${document.editToken}&ack=1`;
    const deaf = await Promise.all(
      Array.from({ length: 20 }, () => rawClient(t, { wsUrl }, document.id, query)),
    );
    for (const { socket } of deaf) socket.pause();
    const writer = await rawClient(t, { wsUrl }, document.id, query);
    const doc = new Y.Doc();
    const text = doc.getText(CONTENT);
    doc.on("update", (update: Uint8Array) => writer.send({ type: "update", update }));
    for (let n = 0; n < 80; n++) {
      text.insert(0, "x".repeat(100_000));
      text.delete(0, text.length);
    }
    await until(async () => (await writer.next("acknowledgement")).count === 160, {
      timeoutMs: 60_000,
    });
    for (const { socket } of deaf) socket.terminate();
  },
};

test("[N11] whatever one client does, others type and read on, none of them waits for five seconds, and its memory comes back", async (t) => {
  const env = { ADMIN_TOKEN: ADMIN, MAX_CREATES_PER_MINUTE: "0" };
  const program = startMain(t, await temporaryFolder(t), env);
  const server = await addressOf(program);
  const [honest, harmed] = [await createDocument(server), await createDocument(server)];
  const before = await heapOf(server.url);
  const address = `${server.wsUrl}/${honest.id}?token=${honest.editToken}`;
  for (const [what, harm] of Object.entries(HARM)) {
    const witness = start(t, [process.execPath, "test/abuse/witness.ts", server.url, address], {});
    await until(() => witness.stderr().includes("ready"));
    await harm({ t, ...server, document: harmed });
    witness.child.kill("SIGTERM");
    await witness.exited();
    const waits = (JSON.parse(witness.stdout()) as number[]).toSorted((a, b) => a - b);
    const p99 = waits[Math.floor((waits.length - 1) * 0.99)] ?? Infinity;
    const longest = waits.at(-1) ?? Infinity;
    const words = `${what}: p99 ${p99.toFixed(1)} ms of ${waits.length}, longest ${longest.toFixed(1)} ms`;
    t.diagnostic(words);
    assert.ok(p99 < P99_MS && longest < LONGEST_MS, words);
  }
  const MEBIBYTE = 1024 * 1024;
  const after = await until(
    async () => {
      const heap = await heapOf(server.url);
      return heap < before + 40 * MEBIBYTE ? heap : undefined;
    },
    { timeoutMs: 30_000, what: "the memory came back" },
  );
  t.diagnostic(
    `heap ${(before / MEBIBYTE).toFixed(1)} MiB before, ${(after / MEBIBYTE).toFixed(1)} after`,
  );
  assert.equal(program.child.exitCode, null);
});

async function heapOf(url: string): Promise<number> {
  const headers = { Authorization: `Bearer ${ADMIN}` };
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  return Number(/^quire_nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1]);
}

function presence(clientId: number, name: string): Uint8Array {
  return encoding.encode((encoder) => {
    for (const number of [1, clientId, 1]) encoding.writeVarUint(encoder, number);
    encoding.writeVarString(encoder, JSON.stringify({ user: { name } }));
  });
}

function ended(t: TestContext, address: string): Promise<void> {
  const socket = new WebSocket(address);
  t.after(() => socket.terminate());
  socket.on("error", () => undefined);
  return new Promise((resolve) => socket.on("close", () => resolve()));
}

/** Undefined when it was not let in. */
function opened(t: TestContext, address: string): Promise<WebSocket | undefined> {
  const socket = new WebSocket(address);
  t.after(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on("open", () => resolve(socket));
    socket.on("error", () => resolve(undefined));
  });
}

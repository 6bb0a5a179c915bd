/** What one client, one address or one request may take, as whoever goes beyond meets it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { call, refused } from "../helpers/rest.ts";
import { createDocument, exportText, startServer, type TestServer } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

async function scene(t: TestContext, env: Record<string, string>) {
  const server = await startServer(t, { env });
  const document = await createDocument(server);
  const query = `token=${document.editToken}&ack=1`;
  const enter = () => rawClient(t, server, document.id, query);
  return { server, document, enter, address: `${server.wsUrl}/${document.id}?${query}` };
}

/** Headers as a proxy would add them. */
function from(address: string): Record<string, string> {
  return { "X-Forwarded-For": address };
}

/** Status of a refused upgrade, 101 when it was let in. */
function upgraded(t: TestContext, address: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(address, { headers });
  t.after(() => socket.terminate());
  const answer = Promise.withResolvers<number>();
  socket.on("unexpected-response", (_request, { statusCode = 0 }) => answer.resolve(statusCode));
  socket.on("open", () => answer.resolve(101));
  socket.on("error", () => undefined);
  return answer.promise;
}

function create({ url }: TestServer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/api/documents`, { method: "POST", headers });
}

test("[N1] a burst passes whole and what goes beyond is only read later; nothing of it is lost", async (t) => {
  const { enter, server, document } = await scene(t, { MAX_FRAMES_PER_SECOND: "100" });
  const client = await enter();
  const began = performance.now();
  for (const update of typing("x".repeat(700))) client.send({ type: "update", update });
  await until(async () => (await client.next("acknowledgement")).count >= 500);
  assert.ok(performance.now() - began < 2500);
  await until(async () => (await client.next("acknowledgement")).count === 700);
  assert.equal((await exportText(server, document)).length, 700);
  assert.equal(client.closed, undefined);
});

test("[N2] who sends too fast for too long is closed with 4429, and the others are not", async (t) => {
  const { enter } = await scene(t, { MAX_FRAMES_PER_SECOND: "20" });
  const [honest, greedy] = [await enter(), await enter()];
  const frames = setInterval(() => {
    for (let n = 0; n < 100; n++) greedy.send({ type: "queryAwareness" });
  }, 10);
  t.after(() => clearInterval(frames));
  const closed = await until(() => greedy.closed, { timeoutMs: 40_000, what: "it was closed" });
  assert.deepEqual(closed, { code: 4429, reason: "rate" });
  for (const update of typing("still here")) honest.send({ type: "update", update });
  await until(async () => (await honest.next("acknowledgement")).count === 10);
});

test("[N3] so many sockets for each address, and for each document; a place is free again when one ends", async (t) => {
  const byAddress = await scene(t, { MAX_SOCKETS_PER_ADDRESS: "2" });
  const first = await byAddress.enter();
  await byAddress.enter();
  assert.equal(await upgraded(t, byAddress.address), 429);
  first.socket.terminate();
  await until(async () => (await upgraded(t, byAddress.address)) === 101);
  const byDocument = await scene(t, { MAX_SOCKETS_PER_DOC: "1" });
  await byDocument.enter();
  assert.equal(await upgraded(t, byDocument.address), 429);
  const other = await createDocument(byDocument.server);
  assert.equal(
    await upgraded(t, `${byDocument.server.wsUrl}/${other.id}?token=${other.editToken}`),
    101,
  );
});

test("[N4] an upgrade is looked at in order: path, origin, token, limits", async (t) => {
  const { server, enter, address, document } = await scene(t, { MAX_SOCKETS_PER_ADDRESS: "1" });
  await enter();
  const foreign = { Origin: "https://evil.example" };
  assert.equal(await upgraded(t, `${server.wsUrl}/a/b`, foreign), 404);
  assert.equal(await upgraded(t, address, foreign), 403);
  assert.equal(await upgraded(t, address), 429);
  const free = await scene(t, {});
  const nobody = await rawClient(t, free.server, document.id, "token=nonsense");
  assert.deepEqual(await nobody.ended(), { code: 4404, reason: "unknown" });
});

test("[N5] so many new documents a minute for each address, and then 429 with the time to wait", async (t) => {
  const server = await startServer(t, { env: { MAX_CREATES_PER_MINUTE: "3" } });
  for (let n = 0; n < 3; n++) assert.equal((await create(server)).status, 201);
  const late = await create(server);
  const wait = Number(late.headers.get("retry-after"));
  assert.ok(wait > 0 && wait <= 60, `${wait} s`);
  await refused(Promise.resolve(late), 429, "rate");
});

test("[N6] with a create token nobody creates without it", async (t) => {
  const server = await startServer(t, { env: { CREATE_TOKEN: "open-sesame" } });
  await refused(create(server), 401, "token");
  await refused(create(server, { Authorization: "Bearer sesame" }), 403, "role");
  assert.equal((await create(server, { Authorization: "Bearer open-sesame" })).status, 201);
});

test("[N7] a forwarded address is believed only from the proxies that stand in front", async (t) => {
  const env = { MAX_CREATES_PER_MINUTE: "1" };
  const bare = await startServer(t, { env });
  assert.equal((await create(bare, from("10.0.0.1"))).status, 201);
  assert.equal((await create(bare, from("10.0.0.2"))).status, 429);
  const behind = await startServer(t, { env: { ...env, TRUST_PROXY: "1" } });
  assert.equal((await create(behind, from("10.0.0.1"))).status, 201);
  assert.equal((await create(behind, from("10.0.0.2"))).status, 201);
  assert.equal((await create(behind, from("10.0.0.9, 10.0.0.2"))).status, 429);
  assert.equal((await create(behind, from("2001:db8:1:2::a"))).status, 201);
  assert.equal(
    (await create(behind, from("2001:db8:1:2:ffff::b"))).status,
    429,
    "the same network",
  );
  assert.equal((await create(behind, from("2001:db8:1:3::a"))).status, 201);
  assert.equal(
    (await create(behind, from("::ffff:10.0.0.1"))).status,
    429,
    "the same IPv4 address",
  );
});

test("[N8] bodies have a size and a depth, and JSON that is neither breaks nobody", async (t) => {
  const server = await startServer(t, { env: { MAX_MESSAGE_BYTES: "2000" } });
  const post = (body: string) =>
    fetch(`${server.url}/api/documents`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
  await refused(post(JSON.stringify({ content: "x".repeat(3000) })), 413, "large");
  await refused(post(`{"title":${"[".repeat(900)}${"]".repeat(900)}}`), 422, "invalid");
  assert.equal((await post(JSON.stringify({ content: `"[[\\"${"[".repeat(200)}` }))).status, 201);
});

test("[N9] a request whose head only dribbles in is ended", async (t) => {
  const server = await startServer(t, { requestHeadMs: 300 });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  t.after(() => socket.destroy());
  socket.on("error", () => undefined);
  socket.resume();
  socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n");
  const dribble = setInterval(() => socket.writable && socket.write("X-Slow: 1\r\n"), 50);
  t.after(() => clearInterval(dribble));
  await once(socket, "close");
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});

test("[N10] other sites' pages may call the API only when they are named", async (t) => {
  const server = await startServer(t, { env: { ALLOWED_ORIGINS: "https://friend.example" } });
  const document = await createDocument(server);
  const allowed = async (at: TestServer, origin: string) => {
    const headers = { Origin: origin };
    const answer = await call(at, `/${document.id}`, { token: document.ownerToken, headers });
    return answer.headers.get("access-control-allow-origin");
  };
  assert.equal(await allowed(server, "https://friend.example"), "https://friend.example");
  assert.equal(await allowed(server, "https://evil.example"), null);
  assert.equal(await allowed(await startServer(t), "https://friend.example"), null);
});

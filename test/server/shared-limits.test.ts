/** Limits that several nodes count together in a real Redis, and what each does without it. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { CreatedLink } from "#protocol/rest.ts";
import { RateLimit } from "../../server/access/rate-limit.ts";
import { SocketLimits } from "../../server/socket-limits.ts";
import { joinBus } from "../helpers/bus.ts";
import { servicesOfFile, startNodes } from "../helpers/nodes.ts";
import { rawClient } from "../helpers/raw-client.ts";
import { startRedis, type TestRedis } from "../helpers/redis.ts";
import { call, refused } from "../helpers/rest.ts";
import { createDocument, type TestServer } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

const ADDRESS = "192.0.2.1";

const services = servicesOfFile();

type Node = Pick<TestServer, "url">;

const NOWHERE: Node = { url: "" };

/** A node's limits, and its connection. */
async function limitsOn(t: TestContext, redis: TestRedis, nodeId: string) {
  const { bus, commands } = joinBus(t, redis.url, nodeId);
  await bus.tried();
  const together = { redis: commands, nodeId };
  const sockets = new SocketLimits({ maxSocketsPerAddress: 3, maxSocketsPerDoc: 5, together });
  t.after(() => sockets.close());
  const options = { name: "tests", points: 4, seconds: 60, hint: "Wait.", redis: commands };
  return { commands, bus, sockets, rate: new RateLimit(options) };
}

async function pair(t: TestContext) {
  const redis = await startRedis(t);
  const [a, b] = [await limitsOn(t, redis, "a"), await limitsOn(t, redis, "b")];
  return { redis, a, b };
}

function create({ url }: Node): Promise<Response> {
  return fetch(`${url}/api/documents`, { method: "POST" });
}

/** How many more may come in. */
async function free(sockets: SocketLimits, address: string, documentId: string): Promise<number> {
  const leaves = [];
  for (;;) {
    const leave = await sockets.enter(address, documentId);
    if (!leave) break;
    leaves.push(leave);
  }
  for (const leave of leaves) leave();
  return leaves.length;
}

test("[X60] what one node has let pass counts at the others, and is given back there", async (t) => {
  const { a, b } = await pair(t);
  await a.rate.take(ADDRESS);
  await a.rate.take(ADDRESS);
  await b.rate.take(ADDRESS);
  await b.rate.take(ADDRESS);
  const tooMany = { code: "rate" };
  await assert.rejects(a.rate.take(ADDRESS), tooMany);
  await assert.rejects(b.rate.take(ADDRESS), tooMany);
  await b.rate.take("192.0.2.2");
  for (let n = 0; n < 3; n++) await a.rate.giveBack(ADDRESS);
  await b.rate.take(ADDRESS);
});

test("[X61] sockets of one address, and of one document, are counted over all nodes; a place is free again when one ends anywhere", async (t) => {
  const { a, b } = await pair(t);
  const first = await a.sockets.enter(ADDRESS, "one");
  assert.ok(first && (await b.sockets.enter(ADDRESS, "one")));
  assert.ok(await b.sockets.enter(ADDRESS, "two"));
  assert.equal(await a.sockets.enter(ADDRESS, "three"), undefined);
  assert.equal(await b.sockets.enter(ADDRESS, "three"), undefined);
  assert.ok(await a.sockets.enter("192.0.2.2", "one"));
  assert.ok(await a.sockets.enter("192.0.2.2", "one"));
  assert.ok(await b.sockets.enter("192.0.2.3", "one"));
  assert.equal(await b.sockets.enter("192.0.2.4", "one"), undefined);
  first();
  first();
  await until(async () => (await free(b.sockets, ADDRESS, "two")) === 1);
});

test("[X62] of many that come at once no more get in than may, whichever node they come to", async (t) => {
  const { a, b } = await pair(t);
  const asked = Array.from({ length: 40 }, async (_, n) =>
    (n % 2 ? a : b).sockets.enter(`192.0.2.${n}`, "doc"),
  );
  const leaves = (await Promise.all(asked)).filter((leave) => leave !== undefined);
  assert.ok(leaves.length > 0 && leaves.length <= 5, `${leaves.length} got in`);
  for (const leave of leaves) leave();
  await until(async () => (await free(a.sockets, ADDRESS, "doc")) === 3);
});

test("[X63] with Redis away or standing still each node counts by itself, within a third of a second; back, they count together what is held", async (t) => {
  const { redis, a, b } = await pair(t);
  assert.ok(await a.sockets.enter(ADDRESS, "doc"));
  redis.pause();
  const began = performance.now();
  assert.ok(await b.sockets.enter(ADDRESS, "doc"));
  await b.rate.take(ADDRESS);
  assert.ok(performance.now() - began < 2000);
  await redis.kill();
  await until(() => a.bus.state === "away" && b.bus.state === "away");
  for (let n = 0; n < 4; n++) await a.rate.take(ADDRESS);
  await assert.rejects(a.rate.take(ADDRESS), { code: "rate" });
  assert.equal(await free(a.sockets, ADDRESS, "doc"), 2);
  assert.equal(await free(b.sockets, ADDRESS, "doc"), 2);
  await redis.start();
  await until(async () => (await free(a.sockets, ADDRESS, "doc")) === 1);
  await until(async () => (await free(b.sockets, ADDRESS, "doc")) === 1);
  await a.rate.take(ADDRESS);
});

test("[X64] what a dead node held is free within 30 seconds, and what a living one holds stays, also after Redis was emptied", async (t) => {
  const { redis, a, b } = await pair(t);
  assert.ok(await a.sockets.enter(ADDRESS, "doc"));
  assert.ok(await b.sockets.enter(ADDRESS, "doc"));
  await redis.flush();
  await until(async () => (await free(a.sockets, ADDRESS, "doc")) === 1, { timeoutMs: 15_000 });
  a.sockets.close();
  await a.commands.close();
  await until(async () => (await free(b.sockets, ADDRESS, "doc")) === 2, { timeoutMs: 30_000 });
});

test("[X65] each key in Redis expires by itself, and none names an address", async (t) => {
  const { a } = await pair(t);
  await a.rate.take(ADDRESS);
  const leave = await a.sockets.enter(ADDRESS, "doc");
  const keys = (await a.commands.client?.keys("*")) ?? [];
  assert.equal(keys.length, 3);
  for (const key of keys) {
    assert.match(key, /^quire:(rate:tests|sockets:address|sockets:document):[\w-]{22}$/);
    const expiresMs = (await a.commands.client?.pTTL(key)) ?? 0;
    assert.ok(expiresMs > 0 && expiresMs <= 60_000);
  }
  leave?.();
  await until(async () => (await a.commands.client?.keys("quire:sockets:*"))?.length === 0);
});

test("[X66] documents made at one node count at the others", async (t) => {
  const env = { MAX_CREATES_PER_MINUTE: "3" };
  const { nodes, lines } = await startNodes(t, services(), 2, { env });
  const [a = NOWHERE, b = NOWHERE] = nodes;
  for (const node of [a, b, a]) assert.equal((await create(node)).status, 201);
  await refused(create(b), 429, "rate");
  lines[1]?.redis.cut();
  await until(async () => (await create(b)).status === 201);
});

test("[X67] passwords guessed at one node count at the others", async (t) => {
  const { nodes } = await startNodes(t, services(), 2);
  const [a = NOWHERE, b = NOWHERE] = nodes;
  const { id, ownerToken } = await createDocument(a);
  const body = { role: "edit", password: "open sesame" };
  const made = await call(a, `/${id}/links`, { method: "POST", token: ownerToken, body });
  const { token } = (await made.json()) as CreatedLink;
  const guess = (node: Node, password: string) =>
    call(node, `/${id}/claim`, { method: "POST", token, body: { password } });
  for (let n = 0; n < 5; n++) {
    await refused(guess(a, "wrong"), 403, "wrong");
    await refused(guess(b, "wrong"), 403, "wrong");
  }
  await refused(guess(a, "open sesame"), 429, "rate");
  await refused(guess(b, "open sesame"), 429, "rate");
});

test("[X76] sockets that one node holds count at the others, and are free again there when it closes them", async (t) => {
  const { nodes } = await startNodes(t, services(), 2, { env: { MAX_SOCKETS_PER_DOC: "2" } });
  const [a, b] = nodes;
  assert.ok(a && b);
  const { id, editToken } = await createDocument(a);
  const query = `token=${editToken}`;
  const first = await rawClient(t, a, id, query);
  await rawClient(t, a, id, query);
  await assert.rejects(rawClient(t, b, id, query), /429/);
  const headers = { Accept: "text/event-stream" };
  await refused(call(b, `/${id}/events`, { token: editToken, headers }), 429, "rate");
  first.socket.close();
  await until(() => rawClient(t, b, id, query).catch(() => undefined));
});

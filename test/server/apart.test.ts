/** What a server tells of itself while other nodes cannot be reached through Redis. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { StoreError } from "../../persistence/store-error.ts";
import { pino } from "pino";
import { openRedis } from "../../server/redis.ts";
import { SharedHealth } from "../../server/shared-health.ts";
import { StoreHealth } from "../../server/store-health.ts";
import { joinBus } from "../helpers/bus.ts";
import { servicesOfFile, startNodes } from "../helpers/nodes.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { startRedis } from "../helpers/redis.ts";
import { createDocument, startServer, type TestServer } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

const ADMIN = { ADMIN_TOKEN: "admin" };

const services = servicesOfFile();

/** A node, and its line to Redis. */
async function scene(t: TestContext) {
  const { nodes, lines } = await startNodes(t, services(), 1, { env: ADMIN });
  const [server] = nodes;
  const [line] = lines;
  assert.ok(server && line);
  return { redis: line.redis, server };
}

async function readiness({ url }: TestServer): Promise<[number, unknown]> {
  const response = await fetch(`${url}/readyz`);
  return [response.status, await response.json()];
}

async function scraped({ url }: TestServer): Promise<string> {
  const headers = { Authorization: "Bearer admin" };
  return (await fetch(`${url}/metrics`, { headers })).text();
}

/** The readiness of a server that could do everything, or all but reach the others. */
function ready(bus: "ok" | "away") {
  const status = bus === "ok" ? "ok" : "degraded";
  return [200, { status, checks: { store: "ok", bus, draining: false } }];
}

test("[X68] readyz and metrics tell of the bus: while it is away the server is degraded and goes on serving", async (t) => {
  const { redis, server } = await scene(t);
  assert.deepEqual(await readiness(server), ready("ok"));
  assert.match(await scraped(server), /^quire_bus_state 1$/m);
  assert.match(await scraped(server), /^quire_node_info\{node="[\w.-]+"\} 1$/m);
  redis.cut();
  await until(() => isAway(server));
  assert.deepEqual(await readiness(server), ready("away"));
  assert.match(await scraped(server), /^quire_bus_state 0$/m);
  await createDocument(server);
  await redis.restore();
  await until(async () => !(await isAway(server)));
  assert.deepEqual(await readiness(server), ready("ok"));
});

async function isAway(server: TestServer): Promise<boolean> {
  return JSON.stringify(await readiness(server)).includes('"away"');
}

test("[X69] without Redis neither readyz nor metrics tell of a bus", async (t) => {
  const server = await startServer(t, { env: ADMIN });
  const alone = [200, { status: "ok", checks: { store: "ok", draining: false } }];
  assert.deepEqual(await readiness(server), alone);
  assert.doesNotMatch(await scraped(server), /quire_bus/);
});

test("[X70] a socket that asked is told `apart` while the bus is away, joined before or after, and `ok` when it is back; its edits are acknowledged", async (t) => {
  const { redis, server } = await scene(t);
  const document = await createDocument(server);
  const query = `token=${document.editToken}&ack=1`;
  const before = await rawClient(t, server, document.id, query);
  redis.cut();
  assert.equal((await before.next("storeState")).state, "apart");
  const after = await rawClient(t, server, document.id, query);
  assert.equal((await after.next("storeState")).state, "apart");
  for (const update of typing("abc")) before.send({ type: "update", update });
  await until(async () => (await before.next("acknowledgement")).count === 3);
  await redis.restore();
  for (const client of [before, after]) {
    await until(async () => (await client.next("storeState")).state === "ok");
  }
});

test("[X71] a store that fails is told before a bus that is away", async (t) => {
  const redis = await startRedis(t);
  const { bus } = joinBus(t, redis.url, "one");
  await bus.tried();
  const store = new StoreHealth();
  const health = new SharedHealth(store, bus);
  const told: string[] = [];
  const unwatch = health.watch(() => void told.push(health.state));
  await redis.kill();
  await until(() => health.state === "apart");
  store.failed(new StoreError("full", "no space"));
  assert.equal(health.state, "full");
  store.succeeded();
  unwatch();
  await redis.start();
  await until(() => health.state === "ok");
  assert.deepEqual(told, ["apart", "full", "apart"]);
});

test("[X72] an upgrade waits for a Redis that stands still a moment, and not until it is found out", async (t) => {
  const { redis, server } = await scene(t);
  const document = await createDocument(server);
  redis.hang();
  const began = performance.now();
  const socket = new WebSocket(`${server.wsUrl}/${document.id}?token=${document.editToken}`);
  t.after(() => socket.terminate());
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  assert.ok(performance.now() - began < 1500);
});

test("[X73] a Redis that refuses this node stops the start, and why is said without the password", async (t) => {
  const redis = await startRedis(t);
  const url = redis.url.replace("//", "//nobody:secret@");
  const refused = openRedis({ redisUrl: url, nodeId: "one" }, pino({ level: "silent" }));
  await assert.rejects(refused, ({ message }: Error) => {
    assert.match(message, /^Redis refuses this node: WRONGPASS .* Check REDIS_URL\.$/);
    return !message.includes("secret");
  });
});

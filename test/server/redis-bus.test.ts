/** What nodes hear of each other through a real Redis, and what becomes of that when Redis fails. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pino } from "pino";
import { joinBus, listenTo, type TestNode } from "../helpers/bus.ts";
import { startProxy } from "../helpers/proxy.ts";
import { seeded } from "../helpers/random.ts";
import { startRedis } from "../helpers/redis.ts";
import { until } from "../helpers/until.ts";

const MIB = 1024 * 1024;

async function pair(t: TestContext) {
  const redis = await startRedis(t);
  const [a, b] = [joinBus(t, redis.url, "a"), joinBus(t, redis.url, "b")];
  await Promise.all([a.bus.tried(), b.bus.tried()]);
  return { redis, a, b };
}

function text(word: string): Uint8Array {
  return Buffer.from(word);
}

/** One says a word until the other has heard it: what is lost on the way is no matter here. */
async function meet(speaker: ReturnType<typeof listenTo>, hearer: ReturnType<typeof listenTo>) {
  const before = hearer.heard.messages.length;
  await until(() => {
    speaker.channel.publish(text("hello"));
    return hearer.heard.messages.length > before;
  });
}

/** Bytes of buffers that cannot be given back. */
function held(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().external;
}

/** Subscriptions that Redis knows of, in all databases. */
async function subscribed({ commands }: TestNode): Promise<number> {
  const channels = await commands.client?.pubSubChannels();
  return channels?.length ?? Number.NaN;
}

test("[X50] a node hears what others publish, to the byte and with their name, and nothing of its own", async (t) => {
  const { a, b } = await pair(t);
  const [ofA, ofB] = [listenTo(a, "doc"), listenTo(b, "doc")];
  const other = listenTo(b, "another");
  assert.deepEqual(await Promise.all([ofA.channel.ready, ofB.channel.ready]), [true, true]);
  const random = seeded(t);
  const sizes = [0, 1, 255, 65_536, 3 * MIB];
  const messages = sizes.map((size) => random.bytes(size));
  for (const message of messages) ofA.channel.publish(message);
  ofB.channel.publish(text("end"));
  await until(() => ofB.heard.messages.length === sizes.length && ofA.heard.messages.length > 0);
  for (const [index, { bytes, from }] of ofB.heard.messages.entries()) {
    assert.equal(from, "a");
    assert.ok(Buffer.from(messages[index] ?? []).equals(bytes));
  }
  assert.deepEqual(ofA.heard.messages, [{ bytes: Uint8Array.from(text("end")), from: "b" }]);
  assert.equal(other.heard.messages.length, 0);
});

test("[X75] two nodes of one name hear each other, and say in the log that they have it", async (t) => {
  const { redis } = await pair(t);
  const lines: string[] = [];
  const logger = pino({ level: "error" }, { write: (line) => void lines.push(line) });
  const [one, same] = [
    joinBus(t, redis.url, "same", logger),
    joinBus(t, redis.url, "same", logger),
  ];
  const [ofOne, ofSame] = [listenTo(one, "doc"), listenTo(same, "doc")];
  await Promise.all([one.bus.tried(), same.bus.tried()]);
  await meet(ofOne, ofSame);
  await meet(ofOne, ofSame);
  assert.equal(lines.length, 1);
  assert.match(lines.join(), /another node has the same NODE_ID/);
});

test("[X51] two databases of one Redis are two installations: they do not hear each other", async (t) => {
  const { redis, a } = await pair(t);
  const [apart, beside] = [joinBus(t, `${redis.url}/3`, "c"), joinBus(t, `${redis.url}/3`, "d")];
  await Promise.all([apart.bus.tried(), beside.bus.tried()]);
  const [ofA, ofApart, ofBeside] = [a, apart, beside].map((node) => listenTo(node, "doc"));
  assert.ok(ofA && ofApart && ofBeside);
  await Promise.all([ofA, ofApart, ofBeside].map(({ channel }) => channel.ready));
  ofA.channel.publish(text("of another"));
  await until(() => a.bus.counts.published === 1);
  ofApart.channel.publish(text("hello"));
  await until(() => ofBeside.heard.messages.length > 0);
  assert.deepEqual(
    ofBeside.heard.messages.map(({ from }) => from),
    ["c"],
  );
});

test("[X52] a channel is subscribed only while it is open: of a thousand opened and closed none is left, with Redis away in between", async (t) => {
  const { redis, a } = await pair(t);
  const open = (of: string) =>
    Array.from({ length: 500 }, (_, n) => listenTo(a, `${of} ${n}`).channel);
  const first = open("first");
  assert.ok((await Promise.all(first.map(({ ready }) => ready))).every(Boolean));
  assert.equal(await subscribed(a), 500);
  await redis.kill();
  await until(() => a.bus.state === "away");
  for (const channel of first.slice(0, 250)) channel.close();
  const second = open("second");
  assert.ok(!(await Promise.all(second.map(({ ready }) => ready))).some(Boolean));
  await redis.start();
  await until(() => a.bus.state === "ok");
  assert.equal(await subscribed(a), 750);
  for (const channel of [...first, ...second]) channel.close();
  // Opened, closed and opened while Redis has not answered the first of that.
  listenTo(a, "again").channel.close();
  const again = listenTo(a, "again");
  assert.equal(await again.channel.ready, true);
  assert.equal(await subscribed(a), 1);
  again.channel.close();
  await until(async () => (await subscribed(a)) === 0);
});

test("[X53] when Redis is killed the bus is away and drops what is published; once Redis is back all channels are heard again and told of the gap", async (t) => {
  const { redis, a, b } = await pair(t);
  const [ofA, ofB] = [listenTo(a, "doc"), listenTo(b, "doc")];
  await Promise.all([ofA.channel.ready, ofB.channel.ready]);
  const states: string[] = [];
  a.bus.watch((state) => void states.push(state));
  await redis.kill();
  await until(() => a.bus.state === "away" && b.bus.state === "away");
  ofA.channel.publish(text("lost"));
  assert.equal(a.bus.counts.dropped, 1);
  const late = listenTo(b, "late");
  assert.equal(await late.channel.ready, false);
  await redis.start();
  await until(() => ofA.heard.gaps === 1 && ofB.heard.gaps === 1 && late.heard.gaps === 1);
  await until(() => a.bus.state === "ok" && b.bus.state === "ok");
  ofA.channel.publish(text("kept"));
  await until(() => ofB.heard.messages.length > 0);
  assert.equal(Buffer.from(ofB.heard.messages[0]?.bytes ?? []).toString(), "kept");
  assert.deepEqual(states, ["away", "ok"]);
});

test("[X54] a Redis that stands still, or a line on which nothing comes back, is away within five seconds, and back by itself", async (t) => {
  const redis = await startRedis(t);
  const proxy = await startProxy(t, redis.url);
  const [a, b] = [joinBus(t, redis.url, "a"), joinBus(t, proxy.url, "b")];
  await Promise.all([a.bus.tried(), b.bus.tried()]);
  const [ofA, ofB] = [listenTo(a, "doc"), listenTo(b, "doc")];
  await Promise.all([ofA.channel.ready, ofB.channel.ready]);
  for (const [hold, go] of [
    [() => redis.pause(), () => redis.resume()],
    [() => proxy.hang(), () => proxy.restore()],
  ] as const) {
    hold();
    await until(() => b.bus.state === "away", { timeoutMs: 5000, what: "it was missed" });
    await go();
    await until(() => a.bus.state === "ok" && b.bus.state === "ok");
    await meet(ofA, ofB);
    await meet(ofB, ofA);
  }
});

test("[X55] a Redis that stands still while 200 MB are published costs a few of them in memory", async (t) => {
  const { redis, a, b } = await pair(t);
  const [ofA, ofB] = [listenTo(a, "doc"), listenTo(b, "doc")];
  await Promise.all([ofA.channel.ready, ofB.channel.ready]);
  redis.pause();
  const before = held();
  for (let n = 0; n < 200; n++) {
    ofA.channel.publish(Buffer.alloc(MIB, n));
    await new Promise(setImmediate);
  }
  const grown = held() - before;
  assert.ok(a.bus.counts.dropped >= 190, `only ${a.bus.counts.dropped} were dropped`);
  assert.ok(grown < 16 * MIB, `${grown} bytes more`);
  redis.resume();
  await until(() => a.bus.state === "ok" && b.bus.state === "ok");
  await meet(ofA, ofB);
  assert.ok(ofB.heard.messages.length < 20);
});

test("[X56] a Redis that is emptied changes nothing for the bus", async (t) => {
  const { redis, a, b } = await pair(t);
  const [ofA, ofB] = [listenTo(a, "doc"), listenTo(b, "doc")];
  await Promise.all([ofA.channel.ready, ofB.channel.ready]);
  await redis.flush();
  ofA.channel.publish(text("hello"));
  await until(() => ofB.heard.messages.length === 1);
  assert.deepEqual([a.bus.state, ofB.heard.gaps], ["ok", 0]);
});

test("[X57] Redis may be away at the start; one that refuses user or password is told from that", async (t) => {
  const { redis, a } = await pair(t);
  const { port } = new URL(redis.url);
  const nobody = joinBus(t, `redis://nobody:wrong@127.0.0.1:${port}`, "n");
  await assert.rejects(nobody.bus.tried(), /WRONGPASS/);
  await a.commands.client?.configSet("requirepass", "s3cret/@");
  await assert.rejects(joinBus(t, redis.url, "none").bus.tried(), /NOAUTH/);
  const known = joinBus(t, `redis://:${encodeURIComponent("s3cret/@")}@127.0.0.1:${port}`, "k");
  await known.bus.tried();
  assert.equal(known.bus.state, "ok");
  await redis.kill();
  const early = joinBus(t, redis.url, "early");
  const { channel, heard } = listenTo(early, "doc");
  await early.bus.tried();
  assert.deepEqual([early.bus.state, await channel.ready], ["away", false]);
  await redis.start();
  await until(() => early.bus.state === "ok" && heard.gaps === 1);
  await until(() => a.bus.state === "ok");
});

/** Webhooks as their owner and their receivers meet them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import type { CreatedLink, Problem } from "#protocol/rest.ts";
import type { Webhook } from "#protocol/rest-webhooks.ts";
import { openMemoryStore } from "../../persistence/memory.ts";
import { FaultyStore } from "../helpers/faulty-store.ts";
import { receiver, status, verified } from "../helpers/receiver.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";
import {
  ALL_EVENTS,
  deliveriesOf,
  delivery,
  hook,
  hooked,
  remove,
  restore,
  write,
} from "../helpers/webhooks.ts";

/** Nothing is tried a second time. */
const ONCE = { retryMs: [3_600_000] };

test("[H1] an owner makes webhooks, is shown each secret once, sees and removes them, and nobody else", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server);
  const { id, ownerToken, editToken } = document;
  const made = await hook(server, document, "https://example.org:8443/a?b=c", [
    "document.changed",
    "document.changed",
  ]);
  const { secret, ...webhook } = made;
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual(webhook.events, ["document.changed"]);
  assert.equal(webhook.disabledAt, null);
  const token = ownerToken;
  const webhooks = `/${id}/webhooks`;
  assert.deepEqual(await answered(call(server, webhooks, { token })), [webhook]);
  assert.deepEqual(await answered(call(server, `${webhooks}/${webhook.id}`, { token })), webhook);
  assert.deepEqual(await deliveriesOf(server, document, webhook), []);
  const share = { method: "POST", token, body: { role: "comment" } };
  const link = await answered<CreatedLink>(call(server, `/${id}/links`, share), 201);
  const stranger = await createDocument(server);
  for (const [path, method] of CALLS) {
    const ask = (by?: string) =>
      call(server, webhooks + path.replace(":hookId", webhook.id), { method, token: by });
    for (const by of [editToken, link.token]) await refused(ask(by), 403, "role");
    await refused(ask(stranger.ownerToken), 404, "unknown");
    await refused(ask(), 401, "token");
  }
  const gone = call(server, `${webhooks}/${webhook.id}`, { method: "DELETE", token });
  assert.equal((await gone).status, 204);
  for (const [path, method] of CALLS.filter(([each]) => each.startsWith("/:"))) {
    const asked = call(server, webhooks + path.replace(":hookId", webhook.id), { method, token });
    await refused(asked, 404, "unknown");
  }
  assert.deepEqual(await answered(call(server, webhooks, { token })), []);
});

const CALLS = [
  ["", "GET"],
  ["", "POST"],
  ["/:hookId", "GET"],
  ["/:hookId", "DELETE"],
  ["/:hookId/deliveries", "GET"],
] as const;

test("[H2] an address that is no http or not public, unknown events and too many webhooks are refused", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server);
  const { id, ownerToken: token } = document;
  const post = (body: unknown) => call(server, `/${id}/webhooks`, { method: "POST", token, body });
  const url = "https://example.org/";
  const [changed] = ALL_EVENTS;
  for (const [path, body] of [
    ["url", { events: ALL_EVENTS }],
    ["url", { url: "ftp://example.org/", events: ALL_EVENTS }],
    ["url", { url: "example.org", events: ALL_EVENTS }],
    ["url", { url: "https://user:word@example.org/", events: ALL_EVENTS }],
    ["url", { url: "https://user@example.org/", events: ALL_EVENTS }],
    ["url", { url: `https://example.org/${"x".repeat(2048)}`, events: ALL_EVENTS }],
    ...["127.0.0.1", "0x7f.1", "2130706433", "10.0.0.1:80", "169.254.169.254", "0"].map(
      (host) => ["url", { url: `http://${host}/`, events: ALL_EVENTS }] as const,
    ),
    ...["[::1]", "[::ffff:127.0.0.1]", "[fd00:ec2::254]:8080"].map(
      (host) => ["url", { url: `http://${host}/`, events: ALL_EVENTS }] as const,
    ),
    ["events", { url }],
    ["events", { url, events: [] }],
    ["events.1", { url, events: [changed, "document.created"] }],
    ["", { url, events: ALL_EVENTS, secret: "mine" }],
  ] as const) {
    const { errors } = await refused(post(body), 422, "invalid");
    assert.deepEqual(
      [...new Set(errors?.map((error) => error.path))],
      [path],
      JSON.stringify(body),
    );
  }
  await Promise.all(Array.from({ length: 20 }, () => hook(server, document, url)));
  const problem: Problem = await refused(post({ url, events: ALL_EVENTS }), 409, "conflict");
  assert.match(problem.detail, /Delete one/);
});

test("[H3] what was written is told once it has paused, signed, with no text but the title and no token", async (t) => {
  const there = await receiver(t);
  const webhooks = { quietMs: 500 };
  const { server, document, webhook } = await hooked(t, there.url, { webhooks });
  await write(t, server, document, "a secret text");
  const told = await until(() => there.received[0]);
  const payload = verified(told, webhook.secret);
  assert.equal(payload.type, "document.changed");
  const { id, title, updatedAt, url } = payload.data;
  assert.deepEqual([id, url], [document.id, `${server.url}/d/${document.id}`]);
  const known = await answered<{ updatedAt: string }>(
    call(server, `/${id}`, { token: document.ownerToken }),
  );
  assert.deepEqual([title, updatedAt], ["Title", known.updatedAt]);
  assert.ok(Math.abs(Date.parse(payload.timestamp) - Date.now()) < 60_000);
  const sent = JSON.stringify(told);
  for (const hidden of ["secret text", document.ownerToken, document.editToken, webhook.secret]) {
    assert.ok(!sent.includes(hidden), hidden);
  }
  await remove(server, document);
  await until(() => there.received.length > 1);
  assert.equal(verified(there.received[1] ?? told, webhook.secret).type, "document.deleted");
});

test("[H4] whoever writes without a pause is told of all the same", async (t) => {
  const there = await receiver(t);
  const webhooks = { quietMs: 1500, longestMs: 2000 };
  const { server, document } = await hooked(t, there.url, { webhooks });
  let strokes = 0;
  while (there.received.length === 0) {
    await write(t, server, document, "x");
    strokes += 1;
  }
  t.diagnostic(`${strokes} strokes`);
  assert.ok(strokes > 2);
});

test("[H5] deleting and restoring are told in their order, and each webhook what it asked for", async (t) => {
  const [all, some] = [await receiver(t), await receiver(t)];
  const { server, document, webhook } = await hooked(t, all.url);
  const other = await hook(server, document, some.url, ["document.restored"]);
  await remove(server, document);
  await restore(server, document);
  await write(t, server, document, "x");
  await until(() => all.received.length === 3 && some.received.length === 1);
  const types = all.received.map((each) => verified(each, webhook.secret).type);
  assert.deepEqual(types, ["document.deleted", "document.restored", "document.changed"]);
  const [only] = some.received.map((each) => verified(each, other.secret).type);
  assert.equal(only, "document.restored");
  assert.throws(() => all.received.map((each) => verified(each, other.secret)));
});

test("[H6] what fails is tried again under the same id until it arrives, and its owner sees how it went", async (t) => {
  const answers = [status(500, {}, "x".repeat(9000)), status(503), status(200, {}, "thanks")];
  const there = await receiver(t, (response, count) => answers[count - 1]?.(response, count));
  const { server, document, webhook } = await hooked(t, there.url);
  await write(t, server, document, "x");
  const done = await delivery(server, document, webhook, ({ state }) => state === "delivered");
  const attempts = done.attempts.map((each) => [each.status, each.error, each.answer]);
  assert.deepEqual(attempts, [
    [500, null, "x".repeat(200)],
    [503, null, ""],
    [200, null, "thanks"],
  ]);
  for (const { milliseconds } of done.attempts) assert.ok(milliseconds >= 0);
  const { id, event, nextAttemptAt } = done;
  assert.deepEqual([event, nextAttemptAt], ["document.changed", null]);
  for (const each of there.received) {
    verified(each, webhook.secret);
    assert.equal(each.headers["webhook-id"], id);
  }
  assert.equal(new Set(there.received.map(({ body }) => body)).size, 1);
});

test("[H8] no redirect is followed", async (t) => {
  const elsewhere = await receiver(t);
  const there = await receiver(t, status(307, { Location: elsewhere.url }));
  const { server, document, webhook } = await hooked(t, there.url, { webhooks: ONCE });
  await write(t, server, document, "x");
  const tried = await delivery(server, document, webhook, ({ attempts }) => attempts.length > 0);
  assert.deepEqual([tried.state, tried.attempts[0]?.status], ["waiting", 307]);
  assert.ok(Date.parse(tried.nextAttemptAt ?? "") > Date.now() + 3_000_000);
  assert.equal(elsewhere.connections, 0);
});

test("[H9] a receiver that answers 410 is told nothing any more", async (t) => {
  const [gone, other] = [await receiver(t, status(410)), await receiver(t)];
  const { server, document, webhook } = await hooked(t, gone.url);
  await hook(server, document, other.url);
  await write(t, server, document, "x");
  const failed = await delivery(server, document, webhook, ({ state }) => state === "failed");
  assert.equal(failed.attempts.length, 1);
  const [described] = await answered<Webhook[]>(
    call(server, `/${document.id}/webhooks`, { token: document.ownerToken }),
  );
  assert.ok(described?.disabledAt);
  await until(() => other.received.length === 1);
  await remove(server, document);
  await until(() => other.received.length === 2);
  assert.equal(gone.received.length, 1);
});

test("[H11] a name that leads to a private address when it is called is refused, wherever it led before", async (t) => {
  const there = await receiver(t, status(500), "0.0.0.0");
  const leadsTo = ["127.0.0.1", "127.0.0.2"];
  const asked: string[] = [];
  const { server, document, webhook } = await hooked(t, `http://rebound.example:${there.port}/`, {
    webhooks: {
      resolve: (name, _options, callback) => {
        const address = leadsTo[asked.push(name) - 1] ?? "127.0.0.2";
        callback(null, [{ address, family: 4 }]);
      },
    },
  });
  await write(t, server, document, "x");
  const tried = await delivery(server, document, webhook, ({ attempts }) => attempts.length > 2);
  const came = tried.attempts.slice(0, 3).map(({ status: code, error }) => code ?? error);
  assert.deepEqual(came, [500, "address", "address"]);
  assert.equal(there.connections, 1);
  assert.equal(asked[0], "rebound.example");
});

test("[H12] a receiver that is silent, sends without end, hangs up or is not there costs its own delivery alone", async (t) => {
  const silent = await receiver(t, () => undefined);
  const flood = await receiver(t, (response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 120)));
    };
    response.writeHead(200).on("drain", more);
    more();
  });
  const drip = await receiver(t, (response) => response.writeHead(200).write("so far"));
  const rude = await receiver(t, (response) => response.destroy());
  const plain = await receiver(t);
  const webhooks = { ...ONCE, timeoutMs: 1500 };
  const { server, document, webhook } = await hooked(t, silent.url, { webhooks });
  const urls = [flood.url, drip.url, rude.url, "http://127.0.0.1:1/", plain.url, noTls(plain.port)];
  const others = await Promise.all(urls.map((url) => hook(server, document, url)));
  await write(t, server, document, "x");
  await until(() => plain.received.length === 1);
  const outcomes = [];
  for (const each of [webhook, ...others]) {
    const { attempts } = await delivery(server, document, each, (one) => one.attempts.length > 0);
    outcomes.push([attempts[0]?.status ?? attempts[0]?.error, attempts[0]?.answer]);
  }
  assert.deepEqual(outcomes, [
    ["timeout", ""],
    [200, "x".repeat(200)],
    [200, "so far"],
    ["broken", ""],
    ["unreachable", ""],
    [204, ""],
    ["tls", ""],
  ]);
  await until(() => flood.waiting.now === 0 && drip.waiting.now === 0);
});

/** Where nobody speaks TLS. */
function noTls(port: number): string {
  return `https://127.0.0.1:${port}/`;
}

test("[H16] the webhooks of a document in the trash wait for it, and a copy has none", async (t) => {
  const { server, document } = await hooked(t, (await receiver(t)).url);
  const { id, ownerToken: token } = document;
  const copied = call(server, `/${id}/copy`, { method: "POST", token });
  const copy = await answered<{ id: string; token: string }>(copied, 201);
  const ofCopy = call(server, `/${copy.id}/webhooks`, { token: copy.token });
  assert.deepEqual(await answered(ofCopy), []);
  await remove(server, document);
  await refused(call(server, `/${id}/webhooks`, { token }), 410, "deleted");
  await restore(server, document);
  const [again] = await answered<Webhook[]>(call(server, `/${id}/webhooks`, { token }));
  assert.ok(again);
});

test("[H17] one webhook is told one thing at a time, and only so many are told at once", async (t) => {
  const held: (() => void)[] = [];
  const there = await receiver(
    t,
    (response) => void held.push(() => response.writeHead(204).end()),
  );
  const webhooks = { slots: 2 };
  const { server, document } = await hooked(t, `${there.url}/0`, { webhooks });
  for (let n = 1; n < 5; n++) await hook(server, document, `${there.url}/${n}`);
  await remove(server, document);
  await restore(server, document);
  while (there.received.length < 10) {
    const answer = await until(() => held.shift());
    assert.ok(there.waiting.now <= 2);
    answer();
  }
  for (const answer of held) answer();
  assert.equal(there.waiting.most, 2);
  const ofOne = there.received.filter(({ path }) => path.endsWith("/0"));
  assert.deepEqual(ofOne.map(typeOf), ["document.deleted", "document.restored"]);
});

function typeOf({ body }: { readonly body: string }): string {
  return (JSON.parse(body) as { type: string }).type;
}

test("[H18] receivers that fail again and again hold up nobody else", async (t) => {
  const held: (() => void)[] = [];
  let isDead = false;
  const dead = await receiver(t, (response) => {
    if (isDead) held.push(() => response.writeHead(204).end());
    else response.writeHead(500).end();
  });
  const well = await receiver(t);
  const webhooks = { slots: 1, retryMs: [200], timeoutMs: 60_000 };
  const { server, document, webhook } = await hooked(t, dead.url, { webhooks });
  await write(t, server, document, "x");
  await delivery(server, document, webhook, ({ attempts }) => attempts.length > 0);
  isDead = true;
  await until(() => held.length === 1);
  const other = await createDocument(server);
  await hook(server, other, well.url);
  await write(t, server, other, "x");
  await until(() => well.received.length === 1);
  assert.equal(dead.waiting.now, 1);
  held[0]?.();
});

test("[H19] what could not be written down or read at first is told later", async (t) => {
  const there = await receiver(t);
  const faulty = new FaultyStore(openMemoryStore());
  const webhooks = { sweepMs: 50 };
  const { server, document } = await hooked(t, there.url, { store: faulty.store, webhooks });
  for (const method of ["tellWebhooks", "webhooks", "nextDeliveries"] as const) {
    const before = there.received.length;
    faulty.break(method, "failing");
    const calls = faulty.calls.get(method) ?? 0;
    await write(t, server, document, "x");
    await until(() => (faulty.calls.get(method) ?? 0) > calls);
    faulty.mend();
    await until(() => there.received.length > before);
  }
});

test("[H20] delivered and failed attempts are counted, and no log and no metric holds a secret or an address", async (t) => {
  const answers = [status(500), status(204)];
  const there = await receiver(t, (response, count) => answers[count - 1]?.(response, count));
  const lines: string[] = [];
  const { server, document, webhook } = await hooked(t, `${there.url}?key=of-theirs`, {
    env: { ADMIN_TOKEN: "the-admin-token" },
    logger: pino({ level: "trace" }, { write: (line) => void lines.push(line) }),
  });
  await write(t, server, document, "x");
  await delivery(server, document, webhook, ({ state }) => state === "delivered");
  const headers = { Authorization: "Bearer the-admin-token" };
  const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
  assert.match(metrics, /^quire_webhooks_delivered_total 1$/m);
  assert.match(metrics, /^quire_webhooks_failed_total 1$/m);
  const gone = await hook(server, document, `${there.url}?key=of-theirs`);
  there.respond = status(410);
  await write(t, server, document, "x");
  await delivery(server, document, gone, ({ state }) => state === "failed");
  const log = lines.join("");
  assert.match(log, /a webhook was given up/);
  for (const hidden of ["of-theirs", webhook.secret, gone.secret, document.ownerToken]) {
    assert.ok(!metrics.includes(hidden) && !log.includes(hidden), hidden);
  }
});

/** Links as their owner and whoever has one meet them: over REST and on live sockets. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ClaimedLink, CreatedLink, Link } from "#protocol/rest.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import {
  createDocument,
  exportText,
  startServer,
  type TestDocument,
  type TestServer,
} from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

interface Scene {
  readonly server: TestServer;
  readonly document: TestDocument;
  /** A new link of the document. */
  readonly make: (body: object) => Promise<CreatedLink & Link>;
  readonly change: (link: Link, body: object) => Promise<Link>;
  readonly revoke: (link: Link) => Promise<void>;
  readonly list: () => Promise<readonly Link[]>;
  readonly claim: (
    link: CreatedLink,
    body?: object,
    headers?: Record<string, string>,
  ) => Promise<Response>;
  /** A socket by a token. */
  readonly enter: (token: string) => ReturnType<typeof rawClient>;
}

async function scene(t: TestContext): Promise<Scene> {
  const server = await startServer(t);
  const document = await createDocument(server, { content: "hello" });
  const token = document.ownerToken;
  const links = `/${document.id}/links`;
  return {
    server,
    document,
    make: (body) => answered(call(server, links, { method: "POST", token, body }), 201),
    change: ({ id }, body) =>
      answered(call(server, `${links}/${id}`, { method: "PATCH", token, body })),
    revoke: async ({ id }) => {
      const answer = await call(server, `${links}/${id}`, { method: "DELETE", token });
      assert.equal(answer.status, 204);
    },
    list: () => answered(call(server, links, { token })),
    claim: (link, body = {}, headers = {}) =>
      call(server, `/${document.id}/claim`, { method: "POST", token: link.token, body, headers }),
    enter: (own) => rawClient(t, server, document.id, `token=${own}&ack=1`),
  };
}

function inMs(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toISOString();
}

test("[L1] an owner makes links, sees them without their tokens, and changes what they say", async (t) => {
  const { server, document, make, change, list } = await scene(t);
  const expiresAt = inMs(3_600_000);
  const made = await make({ role: "view", label: " for Ben ", expiresAt });
  assert.match(made.token, /^[\w-]{22,}$/);
  assert.equal(made.url, `${server.url}/d/${document.id}#${made.token}`);
  const { token: _token, url: _url, ...described } = made;
  const [first, second] = await list();
  assert.equal(first?.role, "edit");
  assert.deepEqual(second, described);
  assert.deepEqual([second.role, second.label, second.expiresAt], ["view", "for Ben", expiresAt]);
  assert.ok(!JSON.stringify(await list()).includes(made.token));
  const changed = await change(made, { label: null, expiresAt: null, role: "comment" });
  assert.deepEqual([changed.label, changed.expiresAt, changed.role], ["", null, "comment"]);
  const metadata = await answered<{ role: string }>(
    call(server, `/${document.id}`, { token: made.token }),
  );
  assert.equal(metadata.role, "comment");
});

test("[L2] what cannot be is refused with what is wrong: roles, times, numbers, links of others", async (t) => {
  const { server, document, make } = await scene(t);
  const other = await createDocument(server);
  const link = await make({ role: "view" });
  const token = document.ownerToken;
  const bad = [
    {},
    { role: "owner" },
    { role: "admin" },
    { role: "view", maxUses: 0 },
    { role: "view", maxUses: 1.5 },
    { role: "view", password: "" },
    { role: "view", expiresAt: "tomorrow" },
    { role: "view", expiresAt: "2001-01-01T00:00:00Z" },
    { role: "view", colour: "red" },
  ];
  for (const body of bad) {
    const path = `/${document.id}/links`;
    const problem = await refused(
      call(server, path, { method: "POST", token, body }),
      422,
      "invalid",
    );
    assert.ok(problem.errors && problem.errors.length > 0, JSON.stringify(body));
  }
  const deep = `{"role":${"[".repeat(5000)}${"]".repeat(5000)}}`;
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const url = `${server.url}/api/documents/${document.id}/links`;
  await refused(fetch(url, { method: "POST", headers, body: deep }), 422, "invalid");
  const [owners] = [`/${other.id}/links/${link.id}`];
  const asOther = { token: other.ownerToken };
  await refused(call(server, owners, { method: "DELETE", ...asOther }), 404, "unknown");
  await refused(call(server, `/${document.id}/links`, asOther), 404, "unknown");
  await refused(
    call(server, `/${document.id}/links/none`, { method: "DELETE", token }),
    404,
    "unknown",
  );
});

test("[L3] a revoked link closes each of its sockets with 4403 at once, and opens nothing any more", async (t) => {
  const { server, document, make, revoke, list, enter } = await scene(t);
  const link = await make({ role: "edit" });
  const [one, two] = [await enter(link.token), await enter(link.token)];
  const other = await enter(document.editToken);
  for (const client of [one, two, other]) await client.next("step1");
  assert.equal((await list()).find(({ id }) => id === link.id)?.connections, 2);
  const before = performance.now();
  await revoke(link);
  for (const client of [one, two]) {
    assert.deepEqual(await client.ended(), { code: 4403, reason: "revoked" });
  }
  assert.ok(performance.now() - before < 1000);
  assert.deepEqual(await (await enter(link.token)).ended(), { code: 4403, reason: "revoked" });
  await refused(call(server, `/${document.id}`, { token: link.token }), 403, "revoked");
  assert.ok(!(await list()).some(({ id }) => id === link.id));
  assert.equal(other.closed, undefined);
});

test("[L4] a role that is raised is had at once, on the open socket; one that falls closes it with 4403", async (t) => {
  const { server, document, make, change, enter } = await scene(t);
  const link = await make({ role: "view" });
  const client = await enter(link.token);
  await until(() => client.socket.readyState === client.socket.OPEN);
  assert.ok(!client.frames.some(({ type }) => type === "step1"));
  await change(link, { role: "edit" });
  await client.next("step1");
  for (const update of typing("x")) client.send({ type: "update", update });
  assert.equal((await client.next("acknowledgement")).count, 1);
  await change(link, { label: "only a name" });
  await change(link, { role: "comment" });
  assert.deepEqual(await client.ended(), { code: 4403, reason: "role" });
  const reader = await enter(link.token);
  for (const update of typing("y")) reader.send({ type: "update", update });
  assert.deepEqual(await reader.ended(), { code: 4403, reason: "role" });
  assert.ok(!(await exportText(server, document)).includes("y"));
});

test("[L5] a link ends at its time, on open sockets too, and can be given more", async (t) => {
  const { server, document, make, change, enter } = await scene(t);
  const [link, spared] = [
    await make({ role: "edit", expiresAt: inMs(400) }),
    await make({ role: "edit", expiresAt: inMs(400) }),
  ];
  const [client, other] = [await enter(link.token), await enter(spared.token)];
  await other.next("step1");
  await change(spared, { expiresAt: null });
  assert.deepEqual(await client.ended(), { code: 4403, reason: "expired" });
  await refused(call(server, `/${document.id}`, { token: link.token }), 403, "expired");
  assert.equal(other.closed, undefined);
  await change(link, { expiresAt: inMs(60_000) });
  await (await enter(link.token)).next("step1");
});

test("[L6] a link with a password opens nothing by itself; exchanged by it, for a token of one's own, it does", async (t) => {
  const { server, document, make, change, claim, enter } = await scene(t);
  const link = await make({ role: "edit", password: "pässword" });
  assert.equal(link.hasPassword, true);
  await refused(call(server, `/${document.id}`, { token: link.token }), 401, "password");
  assert.deepEqual(await (await enter(link.token)).ended(), { code: 4401, reason: "password" });
  await refused(claim(link), 401, "password");
  await refused(claim(link, { password: "wrong" }), 403, "wrong");
  const own = await answered<ClaimedLink>(claim(link, { password: "pässword" }), 201);
  assert.deepEqual([own.role, own.expiresAt], ["edit", null]);
  assert.notEqual(own.token, link.token);
  const client = await enter(own.token);
  await client.next("step1");
  await refused(
    call(server, `/${document.id}/claim`, { method: "POST", token: own.token, body: {} }),
    409,
    "conflict",
  );
  await change(link, { password: "another" });
  assert.deepEqual(await client.ended(), { code: 4401, reason: "password" });
  await refused(claim(link, { password: "pässword" }), 403, "wrong");
  const plain = await make({ role: "view" });
  await refused(claim(plain), 409, "conflict");
});

test("[L7] guessing a password is slowed for one address at one link", async (t) => {
  const { make, claim } = await scene(t);
  const [link, other] = [
    await make({ role: "view", password: "right" }),
    await make({ role: "view", password: "right" }),
  ];
  const guesses = await Promise.all(
    Array.from({ length: 12 }, (_, n) => claim(link, { password: `guess ${n}` })),
  );
  const statuses = guesses.map(({ status }) => status).toSorted((a, b) => a - b);
  assert.deepEqual(statuses, [...Array<number>(10).fill(403), 429, 429]);
  const late = await claim(link, { password: "right" });
  assert.ok(Number(late.headers.get("retry-after")) > 60);
  await refused(Promise.resolve(late), 429, "rate");
  await answered(claim(other, { password: "right" }), 201);
});

test("[L8] a counted link is claimed as often as it says; the same key claims once, and other keys never guess it", async (t) => {
  const { server, document, make, claim, list, enter } = await scene(t);
  const link = await make({ role: "edit", maxUses: 2 });
  assert.deepEqual(await (await enter(link.token)).ended(), { code: 4401, reason: "claim" });
  await refused(call(server, `/${document.id}`, { token: link.token }), 401, "claim");
  const key = { "Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324" };
  const first = await answered<ClaimedLink>(claim(link, {}, key), 201);
  const again = await answered<ClaimedLink>(claim(link, {}, key), 201);
  assert.equal(again.token, first.token);
  const second = await answered<ClaimedLink>(claim(link), 201);
  assert.notEqual(second.token, first.token);
  await refused(claim(link), 403, "used");
  await answered(claim(link, {}, key), 201);
  assert.equal((await list()).find(({ id }) => id === link.id)?.uses, 2);
  for (const { token } of [first, second]) await (await enter(token)).next("step1");
});

test("[L9] tokens that a link was exchanged for end with it", async (t) => {
  const { server, document, make, revoke, claim, enter } = await scene(t);
  const link = await make({ role: "edit", maxUses: 1 });
  const { token } = await answered<ClaimedLink>(claim(link), 201);
  const client = await enter(token);
  await client.next("step1");
  await revoke(link);
  assert.deepEqual(await client.ended(), { code: 4403, reason: "revoked" });
  await refused(call(server, `/${document.id}`, { token }), 403, "revoked");
  await refused(claim(link), 403, "revoked");
});

test("[L10] a link tells how often and when it was last used", async (t) => {
  const { server, document, make, list, enter } = await scene(t);
  const link = await make({ role: "view" });
  assert.deepEqual([link.uses, link.lastUsedAt], [0, null]);
  await enter(link.token);
  await enter(link.token);
  const used = await until(async () => {
    const now = (await list()).find(({ id }) => id === link.id);
    return now?.uses === 2 ? now : undefined;
  });
  assert.ok(Math.abs(Date.parse(used.lastUsedAt ?? "") - Date.now()) < 10_000);
  const script = await make({ role: "view" });
  await answered(call(server, `/${document.id}`, { token: script.token }));
  const seen = (await list()).find(({ id }) => id === script.id);
  assert.deepEqual([seen?.uses, seen?.lastUsedAt === null], [0, false]);
});

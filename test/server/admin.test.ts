/** The operator's calls: who may make them, listing, counting and deleting. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { AdminDocument, Usage } from "#protocol/rest-admin.ts";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { newDocument } from "../contract/sample-documents.ts";
import { ADMIN_TOKEN, adminCall, adminServer, page } from "../helpers/admin.ts";
import { png, upload } from "../helpers/images.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer, type TestServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { stateOf } from "../persistence/command.ts";
import { read } from "../persistence/sqlite-fixtures.ts";

const CALLS: readonly [method: string, path: string][] = [
  ["GET", "/documents"],
  ["GET", "/usage"],
  ["GET", "/export"],
  ["DELETE", "/documents/none"],
];

async function all(server: TestServer, limit: string): Promise<AdminDocument[]> {
  const found: AdminDocument[] = [];
  let cursor: string | null = null;
  do {
    const one = await page(server, { limit, ...(cursor && { cursor }) });
    found.push(...one.documents);
    ({ cursor } = one);
  } while (cursor !== null);
  return found;
}

test("[O1] without an admin token the operator's calls do not exist", async (t) => {
  const server = await startServer(t);
  for (const [method, path] of CALLS) {
    await refused(adminCall(server, path, { method }), 404, "unknown");
    await refused(adminCall(server, path, { method, token: null }), 404, "unknown");
  }
});

test("[O2] they are for the admin token alone, in the header alone", async (t) => {
  const server = await adminServer(t);
  const { ownerToken } = await createDocument(server);
  for (const [method, path] of CALLS) {
    await refused(adminCall(server, path, { method, token: null }), 401, "token");
    for (const token of [ownerToken, `${ADMIN_TOKEN}x`, ADMIN_TOKEN.slice(1)]) {
      const problem = await refused(adminCall(server, path, { method, token }), 403, "role");
      assert.ok(!JSON.stringify(problem).includes(ADMIN_TOKEN));
    }
    const inAddress = `${path}?token=${ADMIN_TOKEN}`;
    await refused(adminCall(server, inAddress, { method, token: null }), 401, "token");
  }
  await refused(adminCall(server, "/nothing"), 404, "unknown");
});

test("[O3] the list has every document, the newest first, as its metadata tells of it", async (t) => {
  const server = await adminServer(t);
  const first = await createDocument(server, { content: "# Größe\n\nviel Text" });
  const second = await createDocument(server);
  const third = await createDocument(server, { title: "Given", content: "one" });
  await rawClient(t, server, first.id, `token=${first.editToken}`);
  await call(server, `/${third.id}`, { method: "DELETE", token: third.ownerToken });
  const { documents, cursor } = await page(server);
  assert.equal(cursor, null);
  assert.deepEqual(
    documents.map(({ id, title, bytes, connections }) => [id, title, bytes, connections]),
    [
      [third.id, "Given", 3, 0],
      [second.id, "Untitled", 0, 0],
      [first.id, "Größe", 20, 1],
    ],
  );
  for (const { id, createdAt, updatedAt, deletedAt, snippet } of documents) {
    assert.equal(deletedAt !== null, id === third.id);
    assert.ok(Date.parse(createdAt) <= Date.parse(updatedAt));
    assert.equal(snippet, undefined);
  }
  const metadata = await answered<object>(
    call(server, `/${first.id}`, { token: first.ownerToken }),
  );
  const { createdAt, updatedAt } = documents.at(-1) ?? {};
  assert.deepEqual({ ...metadata, createdAt, updatedAt }, metadata);
});

test("[O4] paging tells of each document once, while others are made and removed", async (t) => {
  const server = await adminServer(t);
  const made = [];
  for (let count = 0; count < 40; count++) made.push(await createDocument(server));
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const one = await page(server, { limit: "7", ...(cursor && { cursor }) });
    seen.push(...one.documents.map(({ id }) => id));
    ({ cursor } = one);
    await createDocument(server);
    const last = seen.at(-1) ?? "";
    await adminCall(server, `/documents/${last}?purge=true`, { method: "DELETE" });
  } while (cursor !== null);
  assert.deepEqual(seen, made.map(({ id }) => id).toReversed());
});

test("[O5] a query that is wrong is refused with what is wrong about it", async (t) => {
  const server = await adminServer(t);
  const wrong = { limit: "0", cursor: "x", query: "x".repeat(201), page: "2" };
  for (const [name, value] of Object.entries(wrong)) {
    const problem = await refused(adminCall(server, `/documents?${name}=${value}`), 422, "invalid");
    assert.equal(problem.errors?.length, 1, name);
  }
  assert.deepEqual(await page(server, { query: "", cursor: "" }), { documents: [], cursor: null });
  await refused(adminCall(server, "/documents?limit=201"), 422, "invalid");
  await refused(adminCall(server, "/export?trash=yes"), 422, "invalid");
  await refused(adminCall(server, "/documents/x?purg=true", { method: "DELETE" }), 422, "invalid");
});

test("[O6] deleting puts a document into the trash and closes its sockets; its owner restores it", async (t) => {
  const server = await adminServer(t);
  const { id, ownerToken: token, editToken } = await createDocument(server, { content: "kept" });
  const client = await rawClient(t, server, id, `token=${editToken}`);
  const deleted = () => adminCall(server, `/documents/${id}`, { method: "DELETE" });
  assert.equal((await deleted()).status, 204);
  assert.deepEqual(await client.ended(), { code: 4410, reason: "deleted" });
  await refused(call(server, `/${id}`, { token }), 410, "deleted");
  const at = (await page(server)).documents[0]?.deletedAt;
  assert.equal((await deleted()).status, 204);
  assert.equal((await page(server)).documents[0]?.deletedAt, at);
  await answered(call(server, `/${id}/restore`, { method: "POST", token }));
  await refused(adminCall(server, "/documents/none", { method: "DELETE" }), 404, "unknown");
});

test("[O7] purging leaves nothing of a document, open or in the trash, at once", async (t) => {
  const server = await adminServer(t);
  const open = await createDocument(server, { content: "unmistakable" });
  const trashed = await createDocument(server, { content: "unmistakable" });
  await answered(upload(server, open.id, open.ownerToken, png()), 201);
  await call(server, `/${trashed.id}`, { method: "DELETE", token: trashed.ownerToken });
  const client = await rawClient(t, server, open.id, `token=${open.editToken}`);
  for (const update of typing("more")) client.send({ type: "update", update });
  assert.equal((await page(server, { query: "unmistakable" })).documents.length, 2);
  for (const { id, ownerToken: token } of [open, trashed]) {
    const path = `/documents/${id}?purge=true`;
    assert.equal((await adminCall(server, path, { method: "DELETE" })).status, 204);
    await refused(call(server, `/${id}`, { token }), 404, "unknown");
    await refused(adminCall(server, path, { method: "DELETE" }), 404, "unknown");
  }
  assert.deepEqual(await client.ended(), { code: 4410, reason: "deleted" });
  assert.deepEqual((await page(server, { query: "unmistakable" })).documents, []);
  assert.ok(!existsSync(join(server.dataDir, "attachments", open.id)));
  for (const table of ["documents", "links", "updates", "runs", "snapshots"]) {
    assert.deepEqual(read(server.dataDir, `SELECT count(*) FROM ${table}`), [[0]], table);
  }
  const usage = await answered<Usage>(adminCall(server, "/usage"));
  assert.deepEqual([usage.documents, usage.inTrash, usage.rooms], [0, 0, 0]);
});

test("[O8] usage counts what there is, and who is here", async (t) => {
  const server = await adminServer(t);
  const [first, second] = [
    await createDocument(server, { content: "x" }),
    await createDocument(server),
  ];
  for (const shade of [1, 2]) {
    await answered(upload(server, first.id, first.ownerToken, png(shade)), 201);
  }
  const client = await rawClient(t, server, first.id, `token=${first.editToken}&ack=1`);
  const updates = typing("hello");
  for (const update of updates) client.send({ type: "update", update });
  await until(async () => (await client.next("acknowledgement")).count === updates.length);
  await call(server, `/${second.id}`, { method: "DELETE", token: second.ownerToken });
  const usage = await answered<Usage>(adminCall(server, "/usage"));
  const { databaseBytes, memoryBytes, uptimeSeconds, version, ...counted } = usage;
  assert.deepEqual(counted, {
    documents: 1,
    inTrash: 1,
    links: 4,
    edits: 6,
    attachments: { count: 2, bytes: png(1).length + png(2).length },
    connections: 1,
    rooms: 1,
  });
  assert.ok(databaseBytes > 10_000 && memoryBytes > 10_000_000 && uptimeSeconds >= 0);
  assert.match(version, /^\d+\.\d+\.\d+/);
});

test("[O9] two thousand documents are listed to the last one", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openSqliteStore({ dataDir });
  const ids = Array.from({ length: 2000 }, (_, n) => `d${n}`);
  const update = stateOf("text", 1);
  await Promise.all(
    ids.map((id) => store.create(newDocument(id, { first: { author: "x", update } }))),
  );
  await store.close();
  const server = await adminServer(t, { dataDir });
  const start = performance.now();
  const documents = await all(server, "200");
  t.diagnostic(`${(performance.now() - start).toFixed(0)} ms, with the first reading of all`);
  assert.deepEqual(
    documents.map(({ id }) => id),
    ids.toReversed(),
  );
  assert.ok(documents.every(({ title, bytes }) => title === "text" && bytes === 4));
});

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Attachment, CreatedDocument } from "#protocol/rest.ts";
import { png, upload } from "../helpers/images.ts";
import { addressOf, startMain } from "../helpers/program.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, exportText, startServer, type TestServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { read } from "../persistence/sqlite-fixtures.ts";

type Address = Pick<TestServer, "url">;

function create(server: Address, key: string | undefined, body: object, path = "") {
  const headers: Record<string, string> = key === undefined ? {} : { "Idempotency-Key": key };
  return call(server, path, { method: "POST", body, headers });
}

function countIn(server: TestServer): unknown {
  return read(server.dataDir, "SELECT count(*) FROM documents").flat()[0];
}

async function same(t: TestContext, env: Record<string, string> = {}) {
  const server = await startServer(t, { env });
  const body = { title: "Plan", content: "text" };
  return {
    server,
    body,
    first: await answered<CreatedDocument>(create(server, "a-key", body), 201),
  };
}

test("[T128] the same request with the same Idempotency-Key is one document: one after another, at once, and after kill -9", async (t) => {
  const { server, body, first } = await same(t);
  const again = await create(server, "a-key", body);
  assert.equal(again.headers.get("location"), `/api/documents/${first.id}`);
  assert.deepEqual(await answered(Promise.resolve(again), 201), first);
  const many = Array.from({ length: 8 }, () =>
    answered<CreatedDocument>(create(server, "b", body), 201),
  );
  const ids = new Set((await Promise.all(many)).map(({ id, token }) => `${id} ${token}`));
  assert.equal(ids.size, 1);
  assert.equal(countIn(server), 2);
  const document = { id: first.id, ownerToken: first.token, editToken: "" };
  assert.equal(await exportText(server, document), "text");

  const dataDir = join(await temporaryFolder(t), "data");
  const killed = startMain(t, dataDir);
  const address = await addressOf(killed);
  const made = await answered<CreatedDocument>(create(address, "a-key", body), 201);
  killed.child.kill("SIGKILL");
  await killed.exited();
  const next = await addressOf(startMain(t, dataDir));
  assert.deepEqual(
    { ...(await answered<CreatedDocument>(create(next, "a-key", body), 201)), links: [] },
    { ...made, links: [] },
  );
});

test("[T129] a key stands for one request of one sender, and a document that is deleted is not made again", async (t) => {
  const { server, body, first } = await same(t, { TRUST_PROXY: "1" });
  await refused(create(server, "a-key", { ...body, title: "Other" }), 409, "conflict");
  await refused(create(server, "", body), 422, "invalid");
  await refused(create(server, "x".repeat(256), body), 422, "invalid");
  const other = await call(server, "", {
    method: "POST",
    body,
    headers: { "Idempotency-Key": "a-key", "X-Forwarded-For": "192.0.2.7" },
  });
  assert.notEqual(((await other.json()) as CreatedDocument).id, first.id);
  const unnamed = [1, 2].map(() => answered<CreatedDocument>(create(server, undefined, body), 201));
  const [one, two] = await Promise.all(unnamed);
  assert.notEqual(one?.id, two?.id);
  await call(server, `/${first.id}`, { method: "DELETE", token: first.token });
  await refused(create(server, "a-key", body), 410, "deleted");
});

test("[T128] a copy with a key is made once, with its images, whatever became of the original", async (t) => {
  const server = await startServer(t);
  const { id, ownerToken: token } = await createDocument(server);
  const { url } = await answered<Attachment>(upload(server, id, token, png(1)), 201);
  const edit = {
    method: "PATCH",
    token,
    body: { edits: [{ from: 0, to: 0, insert: `![](${url})` }] },
  };
  await answered(call(server, `/${id}/content`, edit));
  const headers = { "Idempotency-Key": "copy" };
  const copy = () =>
    answered<CreatedDocument>(call(server, `/${id}/copy`, { method: "POST", token, headers }), 201);
  const [one, two] = await Promise.all([copy(), copy()]);
  await answered(call(server, `/${id}/content`, edit));
  assert.deepEqual([two, await copy()], [one, one]);
  assert.equal(countIn(server), 2);
  const text = await exportText(server, { id: one.id, ownerToken: one.token, editToken: "" });
  assert.equal(text, `![](${url.replace(id, one.id)})`);
  const folders = readdirSync(server.dataDir, { recursive: true }).map(String);
  await until(() => folders.filter((name) => name.endsWith(".png")).length === 2);
});

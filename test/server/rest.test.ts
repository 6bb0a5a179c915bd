import assert from "node:assert/strict";
import { test } from "node:test";
import type { CreatedDocument, DocumentMetadata, Problem } from "#protocol/rest.ts";
import { createDocument, startServer, type TestServer } from "../helpers/server.ts";
import { syncedClient } from "../helpers/stock-client.ts";
import { until } from "../helpers/until.ts";

const JSON_TYPE = { "Content-Type": "application/json" };

function post({ url }: TestServer, body: string, headers: Record<string, string> = JSON_TYPE) {
  return fetch(`${url}/api/documents`, { method: "POST", headers, body });
}

function get({ url }: TestServer, path: string, token?: string, headers = {}) {
  const authorization = token ? { headers: { Authorization: `Bearer ${token}`, ...headers } } : {};
  return fetch(`${url}/api/documents/${path}`, authorization);
}

async function problemOf(response: Response): Promise<Problem> {
  assert.equal(response.headers.get("content-type"), "application/problem+json; charset=utf-8");
  const problem = (await response.json()) as Problem;
  assert.equal(problem.status, response.status);
  assert.ok(problem.title && problem.detail);
  return problem;
}

test("[T1] creating answers 201 with the owner's token, one edit link and where it is", async (t) => {
  const server = await startServer(t);
  const response = await post(server, JSON.stringify({ title: "Plan", content: "a\r\nb" }));
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("cache-control"), "private, no-cache");
  const { id, title, createdAt, token, links } = (await response.json()) as CreatedDocument;
  assert.equal(response.headers.get("location"), `/api/documents/${id}`);
  assert.match(id, /^[\w-]{21,}$/);
  assert.equal(title, "Plan");
  assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
  assert.equal(links.length, 1);
  const [link] = links;
  assert.ok(link && link.role === "edit" && link.token !== token);
  assert.match(link.token, /^[\w-]{22,}$/);
  assert.equal(link.url, `${server.url}/d/${id}#${link.token}`);
  const text = await (await get(server, `${id}/export?format=txt`, link.token)).text();
  assert.equal(text, "a\nb");
});

test("[T2] links start with PUBLIC_URL when it is set", async (t) => {
  const server = await startServer(t, { env: { PUBLIC_URL: "https://notes.example" } });
  const { links } = (await (await post(server, "{}")).json()) as CreatedDocument;
  assert.match(links[0]?.url ?? "", /^https:\/\/notes\.example\/d\//);
});

test("[T3] a body that is wrong is refused with what is wrong about it", async (t) => {
  const server = await startServer(t, { env: { MAX_MESSAGE_BYTES: "500", MAX_DOC_BYTES: "300" } });
  const wrong = [
    { body: '{"content": 7}', status: 422, word: "invalid", path: "content" },
    { body: '{"contents": ""}', status: 422, word: "invalid", path: "" },
    { body: '"text"', status: 422, word: "invalid", path: "" },
    { body: "{", status: 422, word: "invalid", path: undefined },
    { body: `{"content": "${"x".repeat(400)}"}`, status: 413, word: "full", path: undefined },
    { body: `{"content": "${"x".repeat(600)}"}`, status: 413, word: "large", path: undefined },
  ];
  for (const { body, status, word, path } of wrong) {
    const response = await post(server, body);
    assert.equal(response.status, status, body);
    const problem = await problemOf(response);
    assert.equal(problem.type, `/problems/${word}`);
    if (path !== undefined) assert.equal(problem.errors?.[0]?.path, path);
  }
  const typed = await post(server, "<a/>", { "Content-Type": "application/xml" });
  assert.equal((await problemOf(typed)).status, 415);
});

test("[T4] metadata says what the document is, and who asks", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server, { content: "# Grüße\n" });
  const client = await syncedClient(t, server, document);
  for (const [token, role] of [
    [document.ownerToken, "owner"],
    [document.editToken, "edit"],
  ] as const) {
    const response = await get(server, document.id, token);
    const metadata = (await response.json()) as DocumentMetadata;
    const { createdAt, updatedAt, ...rest } = metadata;
    assert.ok(Date.parse(createdAt) <= Date.parse(updatedAt));
    const expected = { title: "Grüße", epoch: 1, length: 8, bytes: 10, connections: 1 };
    assert.deepEqual(rest, { id: document.id, role, ...expected });
  }
  client.destroy();
  await until(async () => {
    const { connections } = (await (
      await get(server, document.id, document.ownerToken)
    ).json()) as DocumentMetadata;
    return connections === 0;
  });
});

test("[T5] no token is 401; a wrong one, another document's and an unknown document are one and the same 404", async (t) => {
  const server = await startServer(t);
  const { id } = await createDocument(server);
  const other = await createDocument(server);
  for (const path of ["", "/export"]) {
    const bare = await get(server, `${id}${path}`);
    assert.equal(bare.status, 401);
    assert.equal(bare.headers.get("www-authenticate"), "Bearer");
    assert.equal((await problemOf(bare)).type, "/problems/token");
    const answers = [
      await get(server, `${id}${path}`, "nonsense"),
      await get(server, `${id}${path}`, other.editToken),
      await get(server, `${"A".repeat(22)}${path}`, other.editToken),
    ];
    const problems = await Promise.all(answers.map(problemOf));
    assert.deepEqual(new Set(problems.map((problem) => JSON.stringify(problem))).size, 1);
    assert.equal(problems[0]?.status, 404);
  }
});

test("[T6] exports are the text to the byte, with a type and a file name from the title", async (t) => {
  const server = await startServer(t);
  const content = "# A/B: “Zürich” 🎉\n\ttabs and  spaces \n\n\u0000\u2028end";
  const { id, editToken } = await createDocument(server, { content });
  const md = await get(server, `${id}/export?format=md`, editToken);
  assert.equal(await md.text(), content);
  assert.equal(md.headers.get("content-type"), "text/markdown; charset=utf-8");
  const disposition = md.headers.get("content-disposition") ?? "";
  assert.match(disposition, /^attachment; filename="A B .*\.md"; filename\*=UTF-8''A%20B%20/);
  const txt = await get(server, `${id}/export?format=txt&token=${editToken}`);
  assert.equal(await txt.text(), content);
  assert.equal(txt.headers.get("content-type"), "text/plain; charset=utf-8");
  const bad = await get(server, `${id}/export?format=exe`, editToken);
  assert.equal((await problemOf(bad)).errors?.[0]?.path, "format");
});

test("[T7] an ETag stands for exactly what is sent, and the same again is 304", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server, { content: "one" });
  const tagOf = async (path: string) => {
    const response = await get(server, path, document.editToken);
    const tag = response.headers.get("etag") ?? "";
    assert.match(tag, /^"[\w-]+"$/);
    const again = await get(server, path, document.editToken, { "If-None-Match": tag });
    assert.equal(again.status, 304);
    assert.equal(await again.text(), "");
    return tag;
  };
  const paths = ["", "/export?format=txt", "/export?format=md"];
  const before = await Promise.all(paths.map((path) => tagOf(document.id + path)));
  assert.equal(new Set(before).size, 3);
  const client = await syncedClient(t, server, document);
  client.text.insert(0, "two ");
  await until(async () => (await tagOf(`${document.id}/export?format=txt`)) !== before[1]);
});

test("[T8] an unknown call is a problem too, and every answer carries the security headers", async (t) => {
  const server = await startServer(t);
  for (const path of ["/api/nothing", "/nothing", "/api/documents"]) {
    const response = await fetch(server.url + path);
    assert.equal(response.status, 404);
    assert.equal((await problemOf(response)).type, "/problems/unknown");
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /upgrade-insecure-requests|script-src[^;]*unsafe/);
    assert.equal(response.headers.get("strict-transport-security"), null);
    assert.equal(response.headers.get("referrer-policy"), "no-referrer");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.match(response.headers.get("permissions-policy") ?? "", /camera=\(\)/);
    assert.match(policy, /frame-ancestors 'none'/);
  }
});

test("[T9] only behind https the headers ask for https", async (t) => {
  const server = await startServer(t, { env: { PUBLIC_URL: "https://notes.example" } });
  const { headers } = await fetch(`${server.url}/healthz`);
  assert.match(headers.get("content-security-policy") ?? "", /upgrade-insecure-requests/);
  assert.match(headers.get("strict-transport-security") ?? "", /max-age/);
  const https = { headers: { "X-Forwarded-Proto": "https" } };
  const asked = async (env: Record<string, string>) => {
    const { url } = await startServer(t, { env });
    return (await fetch(`${url}/healthz`, https)).headers.has("strict-transport-security");
  };
  assert.deepEqual([await asked({}), await asked({ TRUST_PROXY: "1" })], [false, true]);
});

test("[T10] health and readiness answer, and readiness names its checks", async (t) => {
  const server = await startServer(t);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  const ready = await fetch(`${server.url}/readyz`);
  assert.equal(ready.status, 200);
  const checks = { store: "ok", draining: false };
  assert.deepEqual(await ready.json(), { status: "ok", checks });
});

test("[T11] metrics are for the admin token alone, count what happens, and hold no id and no token", async (t) => {
  const bare = await startServer(t);
  assert.equal((await fetch(`${bare.url}/metrics`)).status, 404);
  const server = await startServer(t, { env: { ADMIN_TOKEN: "a-good-secret" } });
  const scrape = (token?: string) =>
    fetch(`${server.url}/metrics`, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
  assert.equal((await scrape()).status, 401);
  assert.equal((await scrape("a-bad-secret!")).status, 403);
  const document = await createDocument(server);
  const client = await syncedClient(t, server, document);
  client.text.insert(0, "counted");
  const text = async () => (await scrape("a-good-secret")).text();
  await until(async () => /^quire_updates_in_total [1-9]/m.test(await text()));
  await until(async () => /^quire_save_seconds_count [1-9]/m.test(await text()));
  const scraped = await text();
  assert.match(scraped, /^quire_connections 1$/m);
  assert.match(scraped, /^quire_rooms 1$/m);
  assert.match(scraped, /^quire_unsaved_bytes 0$/m);
  assert.match(scraped, /^quire_nodejs_eventloop_lag_seconds /m);
  for (const secret of [document.id, document.ownerToken, document.editToken, "a-good-secret"]) {
    assert.ok(!scraped.includes(secret));
  }
});

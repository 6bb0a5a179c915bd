import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { META } from "#protocol/document.ts";
import type { CreatedDocument, CreatedLink, DocumentMetadata } from "#protocol/rest.ts";
import { FaultyStore } from "../helpers/faulty-store.ts";
import { seeded } from "../helpers/random.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import {
  createDocument,
  exportText,
  startServer,
  type TestDocument,
  type TestServer,
} from "../helpers/server.ts";
import { syncedClient } from "../helpers/stock-client.ts";
import { until } from "../helpers/until.ts";
import { flip, logOf, tamper } from "../persistence/sqlite-fixtures.ts";

const MARKDOWN: Record<string, string> = { "Content-Type": "text/markdown; charset=utf-8" };

interface Place {
  readonly server: TestServer;
  readonly document: TestDocument;
}

async function place(t: TestContext, content: string): Promise<Place> {
  const server = await startServer(t);
  return { server, document: await createDocument(server, { content }) };
}

function put(
  { server, document: { id, editToken } }: Place,
  sent: string | Uint8Array<ArrayBuffer>,
  { token = editToken, headers = MARKDOWN } = {},
): Promise<Response> {
  return fetch(`${server.url}/api/documents/${id}/content`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${token}`, ...headers },
    body: typeof sent === "string" ? new TextEncoder().encode(sent) : sent,
  });
}

const ofType = (value: string) => ({ headers: { "Content-Type": value } });

const given = (tag: string) => ({ headers: { ...MARKDOWN, "If-Match": tag } });

function patch(
  { server, document: { id, editToken: token } }: Place,
  edits: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return call(server, `/${id}/content`, { method: "PATCH", token, body: { edits }, headers });
}

function change({ server, document: { id, editToken: token } }: Place, body: unknown) {
  return call(server, `/${id}`, { method: "PATCH", token, body });
}

function text({ server, document }: Place): Promise<string> {
  return exportText(server, document);
}

async function tagOf({ server, document }: Place, format: string): Promise<string> {
  const token = document.editToken;
  const response = await call(server, `/${document.id}/export?format=${format}`, { token });
  await response.arrayBuffer();
  return response.headers.get("etag") ?? "";
}

test("[T138] PUT makes the text what was sent: seen by all, in the log under its link, answered with the metadata and its ETag", async (t) => {
  const scene = await place(t, "# One\n");
  const { server, document } = scene;
  const client = await syncedClient(t, server, document);
  const response = await put(scene, "\uFEFF# Two\r\n\r\nlines 🪶\r");
  assert.equal(response.headers.get("etag"), await tagOf(scene, "md"));
  const metadata = await answered<DocumentMetadata>(Promise.resolve(response));
  assert.deepEqual([metadata.title, metadata.role, metadata.connections], ["Two", "edit", 1]);
  assert.equal(await text(scene), "# Two\n\nlines 🪶\n");
  await until(() => client.text.toString() === "# Two\n\nlines 🪶\n");
  const links = call(server, `/${document.id}/links`, { token: document.ownerToken });
  const [link] = await answered<{ id: string }[]>(links);
  assert.deepEqual(
    logOf(server.dataDir, document.id).map(({ author }) => author),
    ["creation", link?.id],
  );
  await answered(put(scene, ""));
  assert.equal(await text(scene), "");
});

test("[T139] a text comes as UTF-8, as Markdown, plain text or not saying what it is; all else is refused", async (t) => {
  const server = await startServer(t, { env: { MAX_MESSAGE_BYTES: "1000" } });
  const scene = { server, document: await createDocument(server, { content: "kept" }) };
  await refused(put(scene, "x", ofType("application/json")), 415, "type");
  await refused(put(scene, "x", ofType("text/html")), 415, "type");
  await refused(put(scene, "x", ofType("text/plain; charset=iso-8859-1")), 415, "type");
  await refused(put(scene, Uint8Array.of(0x61, 0xff), ofType("text/plain")), 422, "invalid");
  await refused(put(scene, "x".repeat(1001)), 413, "large");
  await refused(put(scene, "", { headers: {} }), 415, "type");
  assert.equal(await text(scene), "kept");
  await answered(put(scene, "plain", ofType('text/plain; charset="UTF-8"')));
  assert.equal(await text(scene), "plain");
  await answered(put(scene, "unsaid", { headers: {} }));
  assert.equal(await text(scene), "unsaid");
});

test("[T140] If-Match lets an edit through for the ETag of the text as it is, as md or txt, and else changes nothing", async (t) => {
  const scene = await place(t, "one");
  const { server, document } = scene;
  const old = await tagOf(scene, "md");
  const first = await put(scene, "two", given(old));
  assert.equal(first.status, 200);
  await refused(put(scene, "three", given(old)), 412, "precondition");
  await refused(put(scene, "three", given(`W/${await tagOf(scene, "md")}`)), 412, "precondition");
  await refused(put(scene, "three", given(await tagOf(scene, "json"))), 412, "precondition");
  const edits = [{ find: "two", replace: "three" }];
  await refused(patch(scene, edits, { "If-Match": '"other"' }), 412, "precondition");
  assert.equal(await text(scene), "two");
  await answered(put(scene, "three", given(`"other", ${await tagOf(scene, "txt")}`)));
  await answered(put(scene, "four", given("*")));
  await answered(
    patch(scene, [{ find: "four", replace: "five" }], { "If-Match": await tagOf(scene, "md") }),
  );
  assert.equal(await text(scene), "five");
  // The title is part of what the tag stands for.
  const before = await tagOf(scene, "md");
  await answered(change(scene, { title: "Five" }));
  const body = { title: "Six" };
  const headers = { "If-Match": before };
  const late = call(server, `/${document.id}`, {
    method: "PATCH",
    token: document.editToken,
    body,
    headers,
  });
  await refused(late, 412, "precondition");
});

test("[T141] the ETag that is answered stands for what was sent, so nothing that came between is overwritten by it", async (t) => {
  const scene = await place(t, "");
  const random = seeded(t);
  const client = await syncedClient(t, scene.server, scene.document);
  let [tag, base] = [await tagOf(scene, "md"), ""];
  const rounds = Array.from({ length: 40 }, (_, round) => round);
  for (const round of rounds) {
    const sent = put(scene, `${base}.`, { headers: { ...MARKDOWN, "If-Match": tag } });
    // Before, while or after that is being written.
    await pause(random.int(8));
    client.text.insert(client.text.length, `(${round})`);
    const { status, headers } = await sent;
    const read = status === 200 ? undefined : await exported(scene);
    base = read?.text ?? `${base}.`;
    tag = read?.tag ?? headers.get("etag") ?? "";
  }
  await until(async () => {
    const now = await text(scene);
    return rounds.every((round) => now.includes(`(${round})`));
  });
});

async function exported({ server, document: { id, editToken: token } }: Place) {
  const response = await call(server, `/${id}/export?format=md`, { token });
  return { text: await response.text(), tag: response.headers.get("etag") ?? "" };
}

test("[T142] PATCH makes edits one after another, by what they find and by position", async (t) => {
  const scene = await place(t, "one 🪶 two three");
  const response = await patch(scene, [
    { find: "two", replace: "zwei 2" },
    { find: "zwei", replace: "2" },
    { from: 0, to: 3, insert: "eins\r\n" },
    { from: 5, to: 5, insert: "|" },
  ]);
  assert.equal(response.headers.get("etag"), await tagOf(scene, "md"));
  assert.equal(await text(scene), "eins\n| 🪶 2 2 three");
  await answered(patch(scene, [{ find: "\r\n|", replace: "" }]));
  assert.equal(await text(scene), "eins 🪶 2 2 three");
});

test("[T143] of several edits all are made or none, and the one that does not fit is named", async (t) => {
  const scene = await place(t, "aa 🪶 b");
  const good = { find: "b", replace: "c" };
  const misfits: [unknown, string][] = [
    [{ find: "zz", replace: "" }, "edits.1.find"],
    [{ find: "a", replace: "" }, "edits.1.find"],
    [{ find: "b", replace: "" }, "edits.1.find"],
    [{ from: 0, to: 9, insert: "" }, "edits.1.to"],
    [{ from: 4, to: 5, insert: "" }, "edits.1.from"],
  ];
  for (const [edit, path] of misfits) {
    const problem = await refused(patch(scene, [good, edit]), 409, "conflict");
    assert.deepEqual(
      problem.errors?.map((error) => error.path),
      [path],
    );
  }
  const wrong = [
    [],
    [{ find: "", replace: "x" }],
    [{ from: 2, to: 1, insert: "" }],
    [{ find: "a" }],
    "x",
  ];
  for (const edits of wrong) await refused(patch(scene, edits), 422, "invalid");
  assert.equal(await text(scene), "aa 🪶 b");
});

test("[T144] PATCH of a document sets title and language, clears them by null, and open pages see it", async (t) => {
  const scene = await place(t, "# Heading");
  const { doc } = await syncedClient(t, scene.server, scene.document);
  const meta = () => JSON.stringify(doc.getMap(META).toJSON());
  const titled = await answered<DocumentMetadata>(
    change(scene, { title: "Plan", language: "markdown" }),
  );
  assert.equal(titled.title, "Plan");
  await until(() => meta() === '{"title":"Plan","language":"markdown"}');
  const cleared = await answered<DocumentMetadata>(change(scene, { title: null }));
  assert.equal(cleared.title, "Heading");
  await until(() => meta() === '{"language":"markdown"}');
  await answered(change(scene, { title: "Again", language: null }));
  await until(() => meta() === '{"title":"Again"}');
  await answered(change(scene, {}));
  for (const body of [{ title: 1 }, { name: "x" }, { title: "x".repeat(501) }]) {
    await refused(change(scene, body), 422, "invalid");
  }
  assert.equal(await text(scene), "# Heading");
});

test("[T145] who may not edit writes nothing, by any of these calls", async (t) => {
  const scene = await place(t, "kept");
  const { server, document } = scene;
  const { id, ownerToken } = document;
  const made = { method: "POST", token: ownerToken, body: { role: "comment" } };
  const comment = await answered<CreatedLink>(call(server, `/${id}/links`, made), 201);
  const other = await createDocument(server);
  const all = async (token: string, status: number, reason: string) => {
    await refused(put(scene, "x", { token }), status, reason);
    const edits = { edits: [{ from: 0, to: 0, insert: "x" }] };
    await refused(
      call(server, `/${id}/content`, { method: "PATCH", token, body: edits }),
      status,
      reason,
    );
    await refused(
      call(server, `/${id}`, { method: "PATCH", token, body: { title: "x" } }),
      status,
      reason,
    );
  };
  await refused(call(server, `/${id}`, { method: "PATCH", body: { title: "x" } }), 401, "token");
  await all(comment.token, 403, "role");
  await all(other.ownerToken, 404, "unknown");
  await all("wrong", 404, "unknown");
  assert.equal(await text(scene), "kept");
  await call(server, `/${id}`, { method: "DELETE", token: ownerToken });
  await all(document.editToken, 410, "deleted");
});

test("[T146] a text past MAX_DOC_BYTES is refused, and one that only deletes is not", async (t) => {
  const server = await startServer(t, { env: { MAX_DOC_BYTES: "2000" } });
  const scene = { server, document: await createDocument(server, { content: "x".repeat(1900) }) };
  await refused(put(scene, "x".repeat(1900) + "y".repeat(200)), 413, "full");
  await refused(patch(scene, [{ from: 0, to: 0, insert: "y".repeat(200) }]), 413, "full");
  await answered(put(scene, "x"));
  assert.equal(await text(scene), "x");
});

test("[T147] while the store fails edits are 503 and nobody sees them; when it works again they are made", async (t) => {
  const faulty = new FaultyStore();
  const server = await startServer(t, { store: faulty.store });
  const scene = { server, document: await createDocument(server, { content: "kept" }) };
  const client = await syncedClient(t, server, scene.document);
  for (const fault of ["full", "failing"] as const) {
    faulty.break("append", fault);
    await refused(put(scene, "lost"), 503, "overload");
    await refused(put(scene, "lost"), 503, "overload");
    assert.equal(await text(scene), "kept");
    faulty.mend();
    await until(async () => (await put(scene, "kept")).status === 200);
    await until(async () => (await patch(scene, [{ from: 4, to: 4, insert: "" }])).status === 200);
  }
  await until(async () => (await put(scene, "made")).status === 200);
  await until(() => client.text.toString() === "made");
});

test("[T148] a document that lacks something takes no edits before its owner accepts the loss", async (t) => {
  const before = await startServer(t);
  const document = await createDocument(before, { content: "one" });
  const client = await syncedClient(t, before, document);
  for (const letter of " two") client.text.insert(client.text.length, letter);
  await until(async () => (await exportText(before, document)) === "one two");
  client.destroy();
  await before.close();
  tamper(
    before.dataDir,
    `UPDATE updates SET bytes = ${flip("bytes")} WHERE document = 1 AND seq = 2`,
  );
  const server = await startServer(t, { dataDir: before.dataDir });
  const scene = { server, document };
  const problem = await refused(put(scene, "new"), 503, "overload");
  assert.match(problem.detail, /accepts the loss/);
  const accepted = { method: "POST", token: document.ownerToken };
  await answered(call(server, `/${document.id}/accept-loss`, accepted));
  await answered(put(scene, "new"));
  assert.equal(await text(scene), "new");
});

test("[T149] a document is made of Markdown or plain text as it is sent", async (t) => {
  const server = await startServer(t);
  const post = (body: string, type: string) =>
    fetch(`${server.url}/api/documents`, {
      method: "POST",
      headers: { "Content-Type": type },
      body,
    });
  for (const type of ["text/markdown", "text/plain; charset=utf-8"]) {
    const created = await answered<CreatedDocument>(post("# Plan\r\n", type), 201);
    assert.equal(created.title, "Plan");
    const document = { id: created.id, ownerToken: created.token, editToken: "" };
    assert.equal(await exportText(server, document), "# Plan\n");
  }
  await refused(post("<p>", "text/html"), 415, "type");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CreatedDocument, CreatedLink } from "#protocol/rest.ts";
import { rawClient } from "../helpers/raw-client.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, exportText, startServer } from "../helpers/server.ts";

test("[T12] a copy is a new document with the text and language as they are, 'Copy of' before the title, and no history", async (t) => {
  const server = await startServer(t);
  const content = "# Plan: 1/2\n\nthe text 🪶\n";
  const { id, ownerToken } = await createDocument(server, { content, language: "markdown" });
  const made = { method: "POST", token: ownerToken, body: { role: "view" } };
  const view = await answered<CreatedLink>(call(server, `/${id}/links`, made), 201);
  const response = await call(server, `/${id}/copy`, { method: "POST", token: view.token });
  const location = response.headers.get("location");
  const copy = await answered<CreatedDocument>(Promise.resolve(response), 201);
  assert.equal(copy.title, "Copy of Plan: 1/2");
  assert.equal(location, `/api/documents/${copy.id}`);
  const token = { token: copy.token };
  const json = await answered<Record<string, unknown>>(
    call(server, `/${copy.id}/export?format=json`, token),
  );
  assert.deepEqual(
    [json["title"], json["content"], json["language"]],
    ["Copy of Plan: 1/2", content, "markdown"],
  );
  const [link] = copy.links;
  const client = await rawClient(t, server, copy.id, `token=${link?.token ?? ""}`);
  client.send({ type: "step1", stateVector: Uint8Array.of(0) });
  await client.next("step2");
  await refused(call(server, `/${id}`, { token: copy.token }), 404, "unknown");
  await refused(call(server, `/${copy.id}`, { token: ownerToken }), 404, "unknown");
  assert.equal(await exportText(server, { id, ownerToken, editToken: "" }), content);
});

test("[T13] a copy counts as a new document: by the limit, and by the create token beside the link's", async (t) => {
  const env = { CREATE_TOKEN: "open-sesame", MAX_CREATES_PER_MINUTE: "2" };
  const server = await startServer(t, { env });
  const created = call(server, "", { method: "POST", token: "open-sesame", body: {} });
  const { id, token } = await answered<CreatedDocument>(created, 201);
  const copy = (headers: Record<string, string>) =>
    call(server, `/${id}/copy`, { method: "POST", token, headers });
  await refused(copy({}), 401, "token");
  await refused(copy({ "Create-Token": "wrong" }), 403, "role");
  await answered(copy({ "Create-Token": "open-sesame" }), 201);
  await refused(copy({ "Create-Token": "open-sesame" }), 429, "rate");
  await refused(call(server, `/${id}/copy`, { method: "POST" }), 401, "token");
});

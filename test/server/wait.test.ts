/** `?wait=`: answers that are held until there is something new. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CreatedLink } from "#protocol/rest.ts";
import { call, answered, refused } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { syncedClient } from "../helpers/stock-client.ts";

test("[T159] an answer waits until it is another, for the text and for the metadata", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server, { content: "one" });
  const { id, editToken: token } = document;
  const { text } = await syncedClient(t, server, document);
  for (const path of [`/${id}/export?format=md`, `/${id}/export?format=json`, `/${id}`]) {
    const known = await call(server, path, { token });
    const tag = known.headers.get("etag") ?? "";
    await known.text();
    const asked = `${path}${path.includes("?") ? "&" : "?"}wait=60`;
    const answer = call(server, asked, { token, headers: { "If-None-Match": tag } });
    text.insert(0, "x");
    const { status, headers } = await answer;
    assert.equal(status, 200);
    assert.notEqual(headers.get("etag"), tag);
  }
});

test("[T160] an answer that stays the same is 304 after the time, and one that is new comes at once", async (t) => {
  const server = await startServer(t);
  const { id, editToken: token } = await createDocument(server, { content: "one" });
  const known = await call(server, `/${id}/export`, { token });
  const tag = known.headers.get("etag") ?? "";
  await known.text();
  const held = { token, headers: { "If-None-Match": tag } };
  assert.equal((await call(server, `/${id}/export?wait=0.05`, held)).status, 304);
  const other = { token, headers: { "If-None-Match": '"other"' } };
  assert.equal((await call(server, `/${id}/export?wait=300`, other)).status, 200);
  assert.equal((await call(server, `/${id}/export?wait=300`, { token })).status, 200);
});

test("[T161] who waits hears at once that the link was revoked or the document deleted", async (t) => {
  const server = await startServer(t);
  const { id, ownerToken, editToken } = await createDocument(server, { content: "one" });
  const made = { method: "POST", token: ownerToken, body: { role: "view" } };
  const link = await answered<CreatedLink>(call(server, `/${id}/links`, made), 201);
  const { token: guest } = link;
  const headers = { "If-None-Match": "*" };
  const wait = (token: string) => call(server, `/${id}/export?wait=60`, { token, headers });
  const revoked = refused(wait(guest), 403, "revoked");
  await call(server, `/${id}/links/${link.id}`, { method: "DELETE", token: ownerToken });
  await revoked;
  const deleted = refused(wait(editToken), 410, "deleted");
  await call(server, `/${id}`, { method: "DELETE", token: ownerToken });
  await deleted;
});

test("[T162] a time to wait that is none is refused with what is expected", async (t) => {
  const server = await startServer(t);
  const { id, editToken: token } = await createDocument(server);
  for (const wait of ["soon", "-1", "1e9"]) {
    const { errors } = await refused(
      call(server, `/${id}/export?wait=${wait}`, { token, headers: { "If-None-Match": "*" } }),
      422,
      "invalid",
    );
    assert.deepEqual(errors, [{ path: "wait", message: "expected 0 to 300" }]);
  }
});

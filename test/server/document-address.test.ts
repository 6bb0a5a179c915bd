import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { DocumentAddress } from "#protocol/rest.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

async function builtPage(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Quire</title>");
  return folder;
}

test("[T124] the address of a document is a page for browsers, and with a token its text or what it is for programs", async (t) => {
  const server = await startServer(t, { pageDir: await builtPage(t) });
  const { id, editToken } = await createDocument(server, { content: "# Plan\n" });
  const get = (accept: string | undefined, query = "", token?: string) =>
    fetch(`${server.url}/d/${id}${query}`, {
      headers: {
        ...(accept && { Accept: accept }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
    });
  for (const accept of ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", undefined]) {
    const page = await get(accept);
    assert.match(await page.text(), /^<!doctype html>/);
    assert.match(page.headers.get("vary") ?? "", /^Accept, Accept-Encoding$/);
  }
  const markdown = await get("text/markdown", `?token=${editToken}`);
  assert.equal(await markdown.text(), "# Plan\n");
  assert.match(markdown.headers.get("vary") ?? "", /Accept/);
  assert.equal(markdown.headers.get("cache-control"), "private, no-cache");
  const exported = await call(server, `/${id}/export?format=md`, { token: editToken });
  for (const name of ["etag", "content-type", "content-disposition"]) {
    assert.equal(markdown.headers.get(name), exported.headers.get(name));
  }
  const address = await answered<DocumentAddress>(get("application/json", "", editToken));
  const metadata = await answered<object>(call(server, `/${id}`, { token: editToken }));
  assert.deepEqual({ ...address, links: {} }, { ...metadata, links: {} });
  for (const accept of ["text/markdown", "application/json"]) {
    await refused(get(accept), 401, "token");
    await refused(get(accept, "?token=wrong"), 404, "unknown");
  }
});

test("[T122] the links that a program gets there are those that its token may follow", async (t) => {
  const env = { PUBLIC_URL: "https://quire.example" };
  const server = await startServer(t, { env });
  const { id, ownerToken, editToken } = await createDocument(server, { content: "text" });
  const linksFor = async (token: string) => {
    const headers = { Accept: "application/json", Authorization: `Bearer ${token}` };
    const { links } = await answered<DocumentAddress>(fetch(`${server.url}/d/${id}`, { headers }));
    return links;
  };
  const links = await linksFor(editToken);
  assert.deepEqual(links["export.md"], {
    method: "GET",
    url: `https://quire.example/api/documents/${id}/export?format=md`,
  });
  const { method = "", url = "" } = links["replaceContent"] ?? {};
  const response = await fetch(url.replace("https://quire.example", server.url), {
    method,
    headers: { Authorization: `Bearer ${editToken}`, "Content-Type": "text/plain" },
    body: "new",
  });
  assert.equal(response.status, 200);
  assert.equal(links["delete"], undefined);
  const owners = await linksFor(ownerToken);
  assert.equal(owners["delete"]?.method, "DELETE");
  assert.ok(Object.keys(links).every((name) => name in owners));
});

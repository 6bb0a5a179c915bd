/** Files that become documents: what each kind becomes, what is refused, what a hostile one can do. */
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test, type TestContext } from "node:test";
import type { CreatedDocument } from "#protocol/rest.ts";
import { readZip, writeZip } from "../../server/export/zip.ts";
import { importCalls } from "../../server/rest/calls/import-calls.ts";
import { png } from "../helpers/images.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer, type TestServer } from "../helpers/server.ts";

/** Sends a file as a browser's form would. */
function send(
  { url }: Pick<TestServer, "url">,
  name: string,
  content: Uint8Array | string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(Buffer.from(content))]), name);
  return fetch(`${url}/api/documents/import`, { method: "POST", headers, body: form });
}

async function scene(t: TestContext, env: Record<string, string> = {}) {
  const server = await startServer(t, { env: { MAX_CREATES_PER_MINUTE: "0", ...env } });
  /** The new document and its text. */
  const imported = async (name: string, content: Uint8Array | string) => {
    const response = await send(server, name, content);
    const created = await answered<CreatedDocument>(Promise.resolve(response), 201);
    assert.equal(response.headers.get("location"), `/api/documents/${created.id}`);
    const { id, title, token } = created;
    const text = await (await call(server, `/${id}/export?format=txt`, { token })).text();
    return { id, title, token, text, editToken: created.links[0]?.token };
  };
  return { server, imported };
}

/** As the server makes it of this Markdown. */
async function wordFile(server: TestServer, content: string): Promise<Buffer> {
  const { id, ownerToken: token } = await createDocument(server, { content, title: "other" });
  const response = await call(server, `/${id}/export?format=docx`, { token });
  return Buffer.from(await response.arrayBuffer());
}

const PAGE = `<!doctype html><html><head><title>no</title><style>p { color: red }</style></head><body>
<h1>A page</h1><p>Some <b>bold</b>, <em>italic</em>&nbsp;text &lt;b&gt; and
<a href="https://example.org">a link</a>, <a href="/relative">another</a>.</p>
<ol start="3"><li>three<ul><li>inner</li></ul></li><li>four</li></ol>
<table><tr><th>a</th><th>b</th></tr><tr><td><p>1</p><ul><li>x</li></ul></td><td><h2>2</h2></td></tr></table>
<pre><code class="language-js">if (a &lt; b)</code></pre><blockquote>quoted</blockquote><hr>
<img src="https://example.org/x.png" alt="far">
<script>alert(1)</script><iframe srcdoc="x"></iframe><img src="javascript:x" alt="words">
<a href="javascript:alert(1)">run</a></body></html>`;

test("[T186] Markdown and text become documents as they are, named by a heading or else by the file", async (t) => {
  const { imported } = await scene(t);
  const content = "\uFEFF# A heading\r\n\r\n*a* <b>\r";
  const headed = await imported("notes.md", content);
  assert.deepEqual([headed.title, headed.text], ["A heading", "# A heading\n\n*a* <b>\n"]);
  const named = await imported("Größe: 世界.v2.TXT", "just words");
  assert.deepEqual([named.title, named.text], ["Größe: 世界.v2", "just words"]);
  const utf16 = await imported("a.markdown", Buffer.from("\uFEFFwide", "utf16le"));
  assert.equal(utf16.text, "wide");
  const windows = await imported("a.txt", Buffer.from("Gr\u00fc\u00dfe", "latin1"));
  assert.equal(windows.text, "Grüße");
  assert.deepEqual((await imported(".txt", "x")).title, "x");
});

test("[T187] a web page becomes Markdown, and nothing in it does anything", async (t) => {
  const { imported } = await scene(t);
  const { title, text } = await imported("page.html", PAGE);
  assert.equal(title, "A page");
  for (const part of [
    "# A page\n\nSome **bold**, *italic* text \\<b> and [a link](https://example.org), another.",
    "3. three\n   - inner\n4. four",
    "```js\nif (a < b)\n```",
    "> quoted\n\n---",
    "![far](<https://example.org/x.png>)",
    "words",
    "run",
  ]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.match(text, /\| a +\| b +\|\n\| -+ \| -+ \|\n\| 1.*x \| 2 +\|/);
  assert.doesNotMatch(text, /alert|script|iframe|color|javascript|<div|<table/);
});

test("[T187] a Word file becomes Markdown", async (t) => {
  const { server, imported } = await scene(t);
  const content =
    "# A heading\n\nSome **bold** and [a link](https://example.org/).\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
  const { title, text } = await imported("file.docx", await wordFile(server, content));
  assert.equal(title, "other");
  for (const part of [
    "# other\n\n# A heading",
    "Some **bold** and [a link](https://example.org/).",
    "- one\n- two",
  ]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.match(text, /\| \*\*a\*\* \| \*\*b\*\* \|\n\| --- \| --- \|\n\| 1 +\| 2 +\|/);
});

function data(content: Buffer): string {
  return `data:image/png;base64,${content.toString("base64")}`;
}

test("[T188] images that a file holds become the document's own, and what is none leaves its words", async (t) => {
  const { server, imported } = await scene(t, { MAX_ATTACHMENT_BYTES: "4000" });
  const page = `<h1>t</h1><p><img src="${data(png(7))}" alt="an [image]"> <img src="${data(png(7))}" alt="again">
    <img src="${data(Buffer.from("none"))}" alt="no image"> <img src="${data(Buffer.alloc(5000, png(1)))}" alt="large">
    <img src="data:text/html,x" alt="text"></p>`;
  const { id, token, text } = await imported("page.htm", page);
  const [path, again] = [...text.matchAll(/\((\/api\/[^)]*)\)/g)].map(([, found]) => found);
  assert.equal(path, again);
  assert.ok(text.includes(`![an \\[image\\]](${path})`), text);
  for (const words of ["no image", "large", "text"]) assert.ok(text.includes(words), text);
  assert.equal(text.match(/!\[/g)?.length, 2);
  const image = await fetch(`${server.url}${path}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  assert.deepEqual(Buffer.from(await image.arrayBuffer()), png(7));
  assert.ok(path?.startsWith(`/api/documents/${id}/`));
  assert.equal(globSync(`attachments/${id}/*`, { cwd: server.dataDir }).length, 1);
  // And on by Word: what it exports has the image in it.
  const exported = await call(server, `/${id}/export?format=docx`, { token });
  const back = await imported("back.docx", Buffer.from(await exported.arrayBuffer()));
  assert.match(
    back.text,
    /!\[an \\\[image\\\]\]\(\/api\/documents\/[\w-]+\/attachments\/\w+\.png\)/,
  );
});

test("[T189] other files are 415, broken ones 422, large ones 413, and none makes a document", async (t) => {
  const { server } = await scene(t, { MAX_MESSAGE_BYTES: "100000" });
  const zip = await writeZip(new Map([["a.txt", Buffer.from("a")]]));
  const others: [name: string, content: Uint8Array | string][] = [
    ["a.pdf", "%PDF-1.7"],
    ["a", "no ending"],
    ["a.md", png()],
    ["a.txt", "%PDF-1.7\n%âãÏÓ"],
    ["a.html", zip],
    ["a.docx", png()],
    ["a.md", "a\0b"],
  ];
  for (const [name, content] of others) {
    const problem = await refused(send(server, name, content), 415, "type");
    assert.match(problem.detail, /\.docx|no text/, name);
  }
  const whole = await wordFile(server, "# a");
  const broken = [
    zip,
    Buffer.from("none"),
    whole.subarray(0, whole.length / 2),
    Buffer.from("PK\u0003\u0004"),
  ];
  for (const content of broken) await refused(send(server, "a.docx", content), 422, "malformed");
  await refused(send(server, "a.html", "a\0b"), 422, "malformed");
  await refused(send(server, "a.md", "x".repeat(100_001)), 413, "large");
  const path = `${server.url}/api/documents/import`;
  await refused(fetch(path, { method: "POST", body: "x" }), 415, "type");
  await refused(fetch(path, { method: "POST", body: new FormData() }), 422, "invalid");
  assert.deepEqual(globSync("attachments/*", { cwd: server.dataDir, exclude: [".incoming"] }), []);
});

/** A Word file that becomes a thousand times as large when it is unpacked. */
async function bomb(server: TestServer): Promise<Buffer> {
  const files = new Map(readZip(await wordFile(server, "# a"), 2 ** 24));
  files.set("word/media/a.xml", Buffer.alloc(100 * 1024 * 1024));
  return writeZip(files);
}

test("[T190] a file that unpacks to more than it may is refused, whatever it claims, and the next is read", async (t) => {
  const { server, imported } = await scene(t);
  const large = await bomb(server);
  assert.ok(large.length < 1024 * 1024);
  const before = process.memoryUsage().rss;
  await refused(send(server, "a.docx", large), 422, "malformed");
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 200 * 1024 * 1024, `${grown} bytes`);
  // It says of itself that it is small.
  const lying = Buffer.from(large);
  const name = lying.lastIndexOf("word/media/a.xml");
  lying.writeUInt32LE(10, name - 46 + 24);
  await refused(send(server, "a.docx", lying), 422, "malformed");
  const deep = `${"<div>".repeat(100_000)}x`;
  const response = await send(server, "deep.html", deep);
  assert.ok(response.status === 201 || response.status === 422, String(response.status));
  assert.equal((await imported("a.html", "<p>next</p>")).text, "next\n");
});

test("[T190] a zip file that is cut or lies anywhere is refused, and never read past its end", async () => {
  const whole = await writeZip(
    new Map([
      ["a", Buffer.from("a".repeat(1000))],
      ["b", Buffer.from("b")],
    ]),
  );
  assert.deepEqual([...readZip(whole, 1001).keys()], ["a", "b"]);
  assert.throws(() => readZip(whole, 1000));
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => readZip(whole.subarray(0, length), 2000), `cut at ${length}`);
  }
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(255 - changed.readUInt8(at), at);
    try {
      const bytes = [...readZip(changed, 2000).values()].reduce(
        (sum, file) => sum + file.length,
        0,
      );
      assert.ok(bytes <= 2000);
    } catch (error) {
      assert.ok(error instanceof Error);
    }
  }
});

test("[T191] an import counts as a new document: by the limit, and by the create token", async (t) => {
  const limited = await startServer(t, { env: { MAX_CREATES_PER_MINUTE: "2" } });
  for (let count = 0; count < 2; count++) await answered(send(limited, "a.md", "a"), 201);
  await refused(send(limited, "a.md", "a"), 429, "rate");
  const closed = await startServer(t, { env: { CREATE_TOKEN: "a-secret-for-creating" } });
  await refused(send(closed, "a.md", "a"), 401, "token");
  const headers = { Authorization: "Bearer a-secret-for-creating" };
  await answered(send(closed, "a.md", "a", headers), 201);
});

test("[T191] an import larger than a document may be is 413, and leaves no image behind", async (t) => {
  const { server } = await scene(t, { MAX_DOC_BYTES: "5000" });
  await refused(send(server, "a.md", "x".repeat(6000)), 413, "full");
  const image = `<img src="data:image/png;base64,${png(4).toString("base64")}">`;
  await refused(send(server, "a.html", `${image}<p>${"x".repeat(6000)}</p>`), 413, "full");
  assert.deepEqual(globSync("attachments/*/*", { cwd: server.dataDir }), []);
  assert.equal(importCalls[0]?.path, "/api/documents/import");
});

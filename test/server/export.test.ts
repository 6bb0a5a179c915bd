/** Exports that are made of the text: JSON, a page, a Word file. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import mammoth from "mammoth";
import { type ExportOrder, Renderer } from "../../server/export/renderer.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer, type TestServer } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

const EVERYTHING = `---
front: matter
---
# Heading

Some **bold**, *italic*, ~~struck~~, \`code\` and [a link](https://example.org/?a=1&b=2).
![a picture](attachments/x.png) $e^2$

1. one
   - inner
2. two

3) three

- [x] done
- [ ] open

> quoted

| a | b |
|---|--:|
| 1 | 2 |

\`\`\`js
if (a < b) "&"
\`\`\`

***

A note[^1], again[^1].

[^1]: The *footnote*.
`;

/** The export of a new document with this content. */
async function exported(server: TestServer, format: string, body: object): Promise<Response> {
  const { id, editToken: token } = await createDocument(server, body);
  const response = await call(server, `/${id}/export?format=${format}`, { token });
  assert.equal(response.status, 200, await response.clone().text());
  return response;
}

async function readBack(response: Response): Promise<string> {
  const buffer = Buffer.from(await response.arrayBuffer());
  return (await mammoth.convertToHtml({ buffer })).value;
}

test("[T14] JSON says what the document is, and holds its text to the byte", async (t) => {
  const server = await startServer(t);
  const content = "# T\n\u2028\u0000end";
  const response = await exported(server, "json", { content });
  assert.match(response.headers.get("content-disposition") ?? "", /filename="?T\.json/);
  const { id, createdAt, updatedAt, ...rest } = (await response.json()) as Record<string, string>;
  assert.match(id ?? "", /^[\w-]{22}$/);
  assert.deepEqual(rest, { title: "T", content, language: null });
  assert.ok(Date.parse(updatedAt ?? "") >= Date.parse(createdAt ?? ""));
});

test("[T15] a page stands alone: every part of Markdown, formulas as MathML, front matter left out", async (t) => {
  const server = await startServer(t);
  const response = await exported(server, "html", { content: EVERYTHING, title: "A <title>" });
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  const page = await response.text();
  for (const part of [
    "<title>A &lt;title&gt;</title>",
    "<h1>A &lt;title&gt;</h1>",
    "<h1>Heading</h1>",
    "<strong>bold</strong>",
    "<s>struck</s>",
    '<a href="https://example.org/?a=1&amp;b=2">a link</a>',
    '<a href="attachments/x.png">a picture</a>',
    "<msup><mi>e</mi><mn>2</mn></msup>",
    '<input type="checkbox" disabled checked />',
    '<th style="text-align:right">b</th>',
    "if (a &lt; b)",
    'id="footnote1"',
  ]) {
    assert.ok(page.includes(part), part);
  }
  assert.ok(!page.includes("front: matter"));
});

test("[T16] nothing in a page runs, loads a frame or a style, or leads to a script", async (t) => {
  const server = await startServer(t);
  const content = [
    "<script>alert(1)</script><scr<script>ipt>alert(1)</script>",
    "<iframe src=https://evil.test></iframe><object data=x></object><embed src=x>",
    "<link rel=stylesheet href=//evil.test/x.css><style>@import 'x'</style><base href=//evil.test>",
    '<img src=x onerror=alert(1)><svg onload=alert(1)><a href="javascript:alert(1)">a</a>',
    '<a href=" java&#10;script:alert(1)">b</a><a href="data:text/html,x">c</a>',
    '<p style="background:url(//evil.test)" onclick="x">p</p><form action=x><input type=text></form>',
    "<meta http-equiv=refresh content=0><title></title><template><img src=x onerror=y></template>",
    "[d](javascript:alert(1)) ![e](javascript:alert(1)) <a href=//evil.test>f</a>",
  ].join("\n\n");
  const page = await (await exported(server, "html", { content, title: "</title><b>" })).text();
  const body = page.slice(page.indexOf("<body>"));
  assert.doesNotMatch(
    body,
    /<(script|iframe|object|embed|link|style|base|svg|form|meta|template)/i,
  );
  assert.doesNotMatch(body, /<[^>]*\s(on\w+|style)\s*=/i);
  assert.doesNotMatch(body, /(href|src)="\s*(java|data|\/\/)/i);
  assert.doesNotMatch(body, /<input(?! type="checkbox")/);
  assert.match(page, /<title>&lt;\/title&gt;&lt;b&gt;<\/title>/);
  assert.match(page, /default-src 'none'/);
});

test("[T17] a Word file, read back, has every part of the text", async (t) => {
  const server = await startServer(t);
  const response = await exported(server, "docx", { content: EVERYTHING });
  assert.match(response.headers.get("content-disposition") ?? "", /filename="?Heading\.docx/);
  assert.match(response.headers.get("content-type") ?? "", /wordprocessingml\.document$/);
  const html = await readBack(response);
  for (const part of [
    "<h1>Heading</h1>",
    "<strong>bold</strong>",
    "<em>italic</em>",
    "<s>struck</s>",
    '<a href="https://example.org/?a=1&amp;b=2">a link</a>',
    "a picture (attachments/x.png)",
    "e^2",
    "<ol><li>one<ul><li>inner</li></ul></li><li>two</li>",
    "<li>three</li></ol>",
    "☑ done",
    "☐ open",
    "<p>quoted</p>",
    'if (a &lt; b) "&amp;"',
    "The <em>footnote</em>.",
  ]) {
    assert.ok(html.includes(part), `${part} in ${html}`);
  }
  assert.match(html, /<thead>.*a.*b.*<\/thead><tbody>.*1.*2.*<\/tbody>/);
  assert.ok(!html.includes("front: matter"));
});

test("[T18] what no XML may hold does not break a Word file, and an empty text makes one", async (t) => {
  const server = await startServer(t);
  const strange = {
    content: "a\u0001b\u{fffe}c \ud800 \n\n<div>d & <b>e</b></div>",
    title: "\u0007",
  };
  const html = await readBack(await exported(server, "docx", strange));
  assert.match(html, /a�b�c �/);
  assert.match(html, /d &amp; e/);
  assert.equal(await readBack(await exported(server, "docx", {})), "");
});

test("[T19] the ETag of a page and a Word file stands for text, title, language and format, and nothing is made for who has it", async (t) => {
  const server = await startServer(t);
  const tags = new Set<string>();
  for (const other of [{}, { content: "b" }, { title: "t" }, { language: "de" }]) {
    const { id, editToken: token } = await createDocument(server, { content: "a", ...other });
    for (const format of ["html", "docx", "json"]) {
      const path = `/${id}/export?format=${format}`;
      const tag = (await call(server, path, { token })).headers.get("etag") ?? "";
      assert.match(tag, /^"[\w-]+"$/);
      const again = await call(server, path, { token, headers: { "If-None-Match": tag } });
      assert.deepEqual([again.status, await again.text()], [304, ""]);
      tags.add(tag);
    }
  }
  assert.equal(tags.size, 12);
});

/** What a renderer is asked. */
function order(format: "html" | "docx" | "pdf", content: string, documentId = "d"): ExportOrder {
  const source = JSON.stringify([documentId, content]);
  return { format, documentId, title: "t", content, language: undefined, images: [], source };
}

const FOR_EVER = new AbortController().signal;

test("[T20] an export that takes too long or too much memory is refused with a sentence, and the next one works", async (t) => {
  const content = "**a** | `b`\n\n- c\n".repeat(60_000);
  for (const limits of [{ longestMs: 2000 }, { memoryMb: 96 }]) {
    const renderer = new Renderer(limits);
    t.after(() => renderer.close());
    const small = () => renderer.export(order("html", "x"), FOR_EVER);
    assert.match(String(await small()), /<p>x/);
    const large = renderer.export(order("docx", content), FOR_EVER);
    await assert.rejects(large, { code: "format", hint: /too large/ });
    assert.match(String(await small()), /<p>x/);
  }
});

/** Types into another document until `work` is done, or so many keys are, and says how long they took to be acknowledged. */
async function typingBeside(
  t: TestContext,
  server: TestServer,
  work: Promise<unknown>,
  most = 20_000,
): Promise<void> {
  const { id, editToken } = await createDocument(server);
  const client = await rawClient(t, server, id, `token=${editToken}&ack=1`);
  let isDone = false;
  const end = () => (isDone = true);
  work.then(end, end);
  const waits: number[] = [];
  for (const [index, update] of typing("x".repeat(most)).entries()) {
    if (isDone) break;
    const start = performance.now();
    client.send({ type: "update", update });
    await until(async () => (await client.next("acknowledgement")).count > index);
    waits.push(performance.now() - start);
  }
  waits.sort((one, other) => one - other);
  const [p95 = Infinity, longest = Infinity] = [
    waits[Math.floor(waits.length * 0.95)],
    waits.at(-1),
  ];
  t.diagnostic(`${waits.length} keys, p95 ${p95.toFixed(0)} ms, longest ${longest.toFixed(0)} ms`);
  assert.ok(waits.length >= 20, `only ${waits.length} keys`);
  assert.ok(longest < 500, `${longest} ms`);
}

const ONE_MB = "Some **bold** text and `code` with [a link](https://x.test).\n\n".repeat(16_500);

test("[T21] while a text of 1 MB is made into a page, a Word file or a PDF, editing elsewhere does not wait", async (t) => {
  const server = await startServer(t, { env: { MAX_FRAMES_PER_SECOND: "0" } });
  const { id, ownerToken: token } = await createDocument(server, { content: ONE_MB });
  for (const format of ["html", "docx"]) {
    const exporting = call(server, `/${id}/export?format=${format}`, { token });
    await typingBeside(t, server, exporting);
    const response = await exporting;
    assert.equal(response.status, 200);
    assert.ok((await response.bytes()).length > 10_000);
  }
  // For so many pages Chromium takes long: nobody waits for all of them here.
  const leaving = new AbortController();
  const url = `${server.url}/api/documents/${id}/export?format=pdf&token=${token}`;
  const printing = fetch(url, { signal: leaving.signal });
  await typingBeside(t, server, printing, 500);
  leaving.abort();
  await printing.catch(() => undefined);
});

test("[T22] a format there is not is refused with those there are", async (t) => {
  const server = await startServer(t);
  const { id, editToken: token } = await createDocument(server);
  const problem = await refused(
    call(server, `/${id}/export?format=exe`, { token }),
    422,
    "invalid",
  );
  assert.equal(problem.errors?.[0]?.message, "expected one of txt, md, html, json, docx, pdf, yjs");
  await answered(call(server, `/${id}/export?format=json`, { token }));
});

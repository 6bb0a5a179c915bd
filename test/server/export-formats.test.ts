/** Exports opened by something that did not write them: Word files, pages, PDF and the Yjs state. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import mammoth from "mammoth";
import * as Y from "yjs";
import type { Attachment } from "#protocol/rest.ts";
import { imagesOf } from "../../server/export/document-images.ts";
import { imageSize } from "../../server/export/image-size.ts";
import { PdfPrinter, type PdfPrinterOptions } from "../../server/export/pdf-printer.ts";
import { ShownImages } from "../../server/export/shown-images.ts";
import { exportCalls } from "../../server/rest/calls/export-calls.ts";
import { browserPath, HOW_TO_GET_IT } from "../helpers/browser-path.ts";
import { png, SVG, upload } from "../helpers/images.ts";
import { pdfText } from "../helpers/pdf-text.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer, type TestServer } from "../helpers/server.ts";
import { syncedClient } from "../helpers/stock-client.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

async function exported(server: TestServer, format: string, body: object): Promise<Response> {
  const { id, editToken: token } = await createDocument(server, body);
  return exportOf(server, { id, token }, format);
}

async function exportOf(
  server: TestServer,
  { id, token }: { readonly id: string; readonly token: string },
  format: string,
): Promise<Response> {
  const response = await call(server, `/${id}/export?format=${format}`, { token });
  assert.equal(response.status, 200, await response.clone().text());
  return response;
}

async function wordHtml(response: Response): Promise<string> {
  const buffer = Buffer.from(await response.arrayBuffer());
  return (await mammoth.convertToHtml({ buffer })).value;
}

test("[T174] a page and a Word file are in the language that is spoken; code is one block, and names its own", async (t) => {
  const server = await startServer(t);
  const page = async (language?: string, content = "*a*\n\n<b>") =>
    (await exported(server, "html", { content, ...(language && { language }) })).text();
  for (const [given, tag] of [
    ["de", "de"],
    ["pt-br", "pt-BR"],
    ["zh-Hant", "zh-Hant"],
  ]) {
    assert.match(await page(given), new RegExp(`<html lang="${tag}">[^]*<em>a</em>`));
  }
  for (const given of [undefined, "Markdown"]) {
    assert.match(await page(given), /<html>[^]*<em>a<\/em>/);
  }
  for (const given of ["Python", "Go", "Lua", 'de" onload="x', "C++"]) {
    const name = given.toLowerCase().replaceAll('"', "&quot;").replaceAll(" ", "-");
    const code = `<pre><code class="language-${name}">*a*\n\n&lt;b&gt;</code></pre>`;
    const made = await page(given);
    assert.ok(made.includes("<html>") && made.includes(code), made);
  }
  assert.ok((await page("YAML", "---\na: b\n---\n")).includes("---\na: b\n---"));
  const word = await wordHtml(
    await exported(server, "docx", { content: "# a\n*b*", language: "C" }),
  );
  assert.ok(word.includes("# a<br />*b*"), word);
});

test("[T175] a Word file of the same text is the same, byte for byte, whatever was made before", async (t) => {
  const content =
    "# a\n\n[b](https://b.test) [c](https://c.test) rIdLink1\n\n1. d\n\n[^1]\n\n[^1]: <https://e.test>";
  const files: Buffer[] = [];
  for (let round = 0; round < 2; round++) {
    const server = await startServer(t);
    const { id, editToken: token } = await createDocument(server, { content });
    await exported(server, "docx", { content: `${content}\n\n[another](https://f.test)` });
    for (let time = 0; time < 2; time++) {
      const response = await exportOf(server, { id, token }, "docx");
      files.push(Buffer.from(await response.arrayBuffer()));
    }
  }
  const [first = Buffer.alloc(0), ...others] = files;
  for (const other of others) assert.deepEqual(other, first);
  const { value } = await mammoth.convertToHtml({ buffer: first });
  for (const name of ["b", "c", "e"])
    assert.ok(value.includes(`href="https://${name}.test"`), value);
});

test("[T176] the Yjs state opens in a stock Y.Doc, and goes on being the same document", async (t) => {
  const server = await startServer(t);
  const content = "Grüße, 世界 🎉";
  const created = await createDocument(server, { content, title: "T" });
  const { id, ownerToken: token } = created;
  const client = await syncedClient(t, server, created);
  client.text.insert(0, "# ");
  await until(async () => (await (await exportOf(server, { id, token }, "txt")).text())[0] === "#");
  const response = await exportOf(server, { id, token }, "yjs");
  assert.equal(response.headers.get("content-type"), "application/octet-stream");
  assert.match(response.headers.get("content-disposition") ?? "", /filename="?T\.yjs/);
  assert.match(response.headers.get("etag") ?? "", /^"[\w-]+"$/);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await response.bytes());
  assert.equal(doc.getText("content").toString(), `# ${content}`);
  assert.equal(doc.getMap("meta").get("title"), "T");
  assert.deepEqual(Y.encodeStateVector(doc), Y.encodeStateVector(client.doc));
});

/** A document that shows its own images, another document's, and others. */
async function illustrated(t: TestContext) {
  const server = await startServer(t);
  const [one, other] = [await createDocument(server), await createDocument(server)];
  const put = async ({ id, ownerToken }: typeof one, content: Buffer | string) =>
    (await answered<Attachment>(upload(server, id, ownerToken, content), 201)).url;
  const [own, drawn, foreign] = [
    await put(one, png(1)),
    await put(one, SVG),
    await put(other, png(2)),
  ];
  const missing = own.replace(/\w{40}/, "0".repeat(40));
  const content = `![own](${own}) ![drawn](${drawn}) ![foreign](${foreign}) ![missing](${missing})
![far](https://example.org/x.png) <img src="${own}" alt="by tag">`;
  const client = await syncedClient(t, server, one);
  client.text.insert(0, content);
  const document = { id: one.id, token: one.ownerToken };
  await until(async () => (await (await exportOf(server, document, "txt")).text()) === content);
  return { server, document, own, drawn, foreign, missing };
}

test("[T177] a page and a Word file hold the document's own images; all others stay links", async (t) => {
  const { server, document, drawn, foreign, missing } = await illustrated(t);
  const page = await (await exportOf(server, document, "html")).text();
  const data = `data:image/png;base64,${png(1).toString("base64")}`;
  assert.ok(page.includes(`<img src="${data}" alt="own" />`), page);
  assert.ok(page.includes(`<img src="${data}" alt="by tag" />`), page);
  assert.match(page, /<img src="data:image\/svg\+xml;base64,[\w+/=]+" alt="drawn" \/>/);
  for (const [source, words] of [
    [foreign, "foreign"],
    [missing, "missing"],
    ["https://example.org/x.png", "far"],
  ]) {
    assert.ok(page.includes(`<a href="${source}">${words}</a>`), page);
  }
  const word = await wordHtml(await exportOf(server, document, "docx"));
  assert.ok(word.includes(`<img alt="own" src="${data}" />`), word);
  assert.ok(word.includes(`drawn (${drawn})`), word);
  assert.ok(word.includes(`foreign (${foreign})`), word);
  assert.ok(word.includes('<a href="https://example.org/x.png">far</a>'), word);
});

test("[T177] words that name another document's image show none of it", async (t) => {
  const server = await startServer(t);
  const { id, ownerToken: token } = await createDocument(server);
  const { url } = await answered<Attachment>(upload(server, id, token, png(3)), 201);
  const copy = await createDocument(server, { content: `![a](${url})` });
  const foreign = await exportOf(server, { id: copy.id, token: copy.ownerToken }, "html");
  assert.ok((await foreign.text()).includes(`<a href="${url}">a</a>`));
});

test("[T178] an image counts each time it is shown, and what would be too much stays a link", async () => {
  const image = Buffer.alloc(10 * 1024 * 1024);
  const shown = new ShownImages(new Map([["a", image]]));
  const taken = Array.from({ length: 5 }, () => shown.take("a") !== undefined);
  assert.deepEqual(taken, [true, true, true, false, false]);
  const names = Array.from({ length: 600 }, (_, index) => `${String(index).padStart(40, "0")}.png`);
  const content = names.map((name) => `/api/documents/d/attachments/${name}`).join("\n");
  const stored = { content: () => assert.fail("not yet") };
  const few = await imagesOf({ read: async () => ({ ...stored, bytes: 1 }) }, "d", content);
  assert.equal(few.length, 500);
  const large = await imagesOf({ read: async () => ({ ...stored, bytes: 2 ** 24 }) }, "d", content);
  assert.equal(large.length, 2);
});

test("[T178] the size of an image is read from its head, and from nothing that is cut or none", () => {
  const gif = Buffer.from("GIF89a\u0003\0\u0002\0", "latin1");
  const jpeg = Buffer.from(
    "ffd8ffe000104a46494600010100000100010000ffc0000b080005000701011100",
    "hex",
  );
  assert.deepEqual(imageSize(png(0, 9)), { width: 9, height: 9 });
  assert.deepEqual(imageSize(gif), { width: 3, height: 2 });
  assert.deepEqual(imageSize(jpeg), { width: 7, height: 5 });
  for (const image of [png().subarray(0, 20), jpeg.subarray(0, 24), gif.subarray(0, 7)]) {
    assert.equal(imageSize(image), undefined);
  }
  assert.equal(imageSize(Buffer.from("<svg>")), undefined);
});

test("[T179] a formula that is wrong stands as it was written, and none can do anything", async (t) => {
  const server = await startServer(t);
  const content =
    "$\\frac{1}{2}$\n\n$$\n\\sum_{i=1}^n i\n$$\n\n$\\frac{$ $\\href{javascript:alert(1)}{x}$\n\n" +
    "<math><mtext><script>alert(1)</script></mtext><mi href='javascript:x' onclick='y'>z</mi></math>";
  const page = await (await exported(server, "html", { content })).text();
  assert.match(page, /<mfrac><mn>1<\/mn><mn>2<\/mn><\/mfrac>/);
  assert.match(page, /<math display="block">[^]*<munderover>/);
  assert.ok(page.includes('<code class="language-math">\\frac{</code>'), page);
  assert.doesNotMatch(page.slice(page.indexOf("<body>")), /<script|href="\s*java|onclick/i);
});

const PROSE =
  "# A title\n\nGrüße aus **Berlin**, with `code`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";

test("[T180] a PDF has the text, as another program reads it, and is the same each time", async (t) => {
  const server = await startServer(t);
  const { id, editToken: token } = await createDocument(server, { content: PROSE });
  const response = await exportOf(server, { id, token }, "pdf");
  assert.equal(response.headers.get("content-type"), "application/pdf");
  assert.match(response.headers.get("content-disposition") ?? "", /filename="?A title\.pdf/);
  const pdf = await response.bytes();
  const text = pdfText(pdf);
  for (const part of ["A title", "Grüße aus Berlin, with code"])
    assert.ok(text.includes(part), text);
  assert.deepEqual(await (await exportOf(server, { id, token }, "pdf")).bytes(), pdf);
});

test("[T181] without Chromium a PDF is 501, and the sentence says what to install", async (t) => {
  const server = await startServer(t, { chromium: undefined });
  const { id, editToken: token } = await createDocument(server);
  const problem = await refused(
    call(server, `/${id}/export?format=pdf`, { token }),
    501,
    "missing",
  );
  assert.match(problem.detail, /apt install chromium/);
});

test("[T182] Chromium asks for nothing, whatever the text names", async (t) => {
  const asked: string[] = [];
  const listener = createServer(({ url }, response) => {
    asked.push(url ?? "");
    response.end();
  }).listen(0, "127.0.0.1");
  t.after(() => listener.close());
  await new Promise((resolve) => listener.once("listening", resolve));
  const { port } = listener.address() as AddressInfo;
  const { printer } = await press(t);
  // As if nothing had been left out before.
  const page = [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
    .flatMap((url) => [
      `<img src="${url}/img"><iframe src="${url}/frame"></iframe><link rel=stylesheet href="${url}/css">`,
      `<script>fetch("${url}/script")</script><style>@import "${url}/import"</style>`,
      `<link rel=preconnect href="${url}"><link rel=prefetch href="${url}/prefetch">`,
      `<p>seen</p><p><script>document.write("ran")</script></p>`,
    ])
    .join("\n");
  const text = pdfText(await printer.print(page, new AbortController().signal));
  assert.match(text, /seen/);
  assert.doesNotMatch(text, /ran/);
  assert.deepEqual(asked, []);
});

test("[T183] Chromium runs as nobody where the server is root, without its environment", async (t) => {
  const isRoot = process.getuid?.() === 0;
  process.env.QUIRE_SECRET = "secret";
  t.after(() => delete process.env.QUIRE_SECRET);
  const seen = new Set<string>();
  const { printer, processes, isClean } = await press(t);
  const printing = printer.print("<p>x</p>", new AbortController().signal);
  let isDone = false;
  const done = printing.finally(() => (isDone = true));
  await until(
    () => {
      for (const pid of processes()) seen.add(aboutProcess(pid));
      return isDone;
    },
    { timeoutMs: 60_000 },
  );
  await done;
  assert.ok(seen.size > 0);
  for (const about of seen) {
    if (isRoot) assert.match(about, /^uid 65534/);
    assert.doesNotMatch(about, /QUIRE_SECRET/);
  }
  await isClean();
});

/** A program that takes Chromium's place. */
function stand(folder: string, does: string): string {
  const path = join(folder, "chromium");
  writeFileSync(
    path,
    `#!/bin/sh\nfor a; do case "$a" in --print-to-pdf=*) pdf="\${a#*=}";; esac; done\n${does}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

test("[T183] where its sandbox cannot start it runs as nobody, and never as the server's own user", async (t) => {
  const { folder } = await press(t);
  const sandboxed =
    'case "$*" in *--no-sandbox*) id -u >"$pdf";; *) echo "No usable sandbox!" >&2;; esac';
  const printer = new PdfPrinter({ chromium: stand(folder, sandboxed), temporary: folder });
  const printing = printer.print("", new AbortController().signal);
  if (process.getuid?.() === 0) assert.equal(Buffer.from(await printing).toString(), "65534\n");
  else await assert.rejects(printing, { code: "missing" });
});

test("[T183] what it leaves in place of a PDF is read only if it is a file of its own", async (t) => {
  const { folder } = await press(t);
  const signal = new AbortController().signal;
  for (const does of ['ln -s /etc/passwd "$pdf"', 'mkfifo "$pdf"', 'mkdir "$pdf"', "exit 1"]) {
    const printer = new PdfPrinter({ chromium: stand(folder, does), temporary: folder });
    await assert.rejects(printer.print("", signal), { message: /^no PDF was made/ }, does);
  }
});

test("[T184] printing that takes too long, or for somebody who has gone, ends with all that it started", async (t) => {
  const endless = "<p>x y z</p>".repeat(400_000);
  const impatient = await press(t, { longestMs: 300 });
  const late = impatient.printer.print(endless, new AbortController().signal);
  await assert.rejects(late, { name: "TooMuch" });
  await impatient.isClean();
  const leaving = new AbortController();
  const { printer, processes, isClean } = await press(t);
  const printing = printer.print(endless, leaving.signal);
  const gone = assert.rejects(printing, { name: "AbortError" });
  await until(() => processes().length > 0);
  leaving.abort();
  await gone;
  await isClean();
});

test("[T184] a PDF that grows too large is refused", async (t) => {
  const { printer, isClean } = await press(t, { mostBytes: 4096 });
  const printing = printer.print("<p>x y z</p>", new AbortController().signal);
  await assert.rejects(printing, { name: "TooMuch", message: "the PDF is too large" });
  await isClean();
});

test("[T185] each format there is, is described", () => {
  const [described] = exportCalls;
  const query = described?.query?.shape.format;
  for (const format of ["txt", "md", "html", "json", "docx", "pdf", "yjs"]) {
    assert.ok(query?.safeParse(format).success, format);
  }
  assert.ok(!query?.safeParse("exe").success);
});

/** A printer with a folder of its own, and what is in it and about it. */
async function press(t: TestContext, options: Partial<PdfPrinterOptions> = {}) {
  const chromium = browserPath() ?? assert.fail(HOW_TO_GET_IT);
  const folder = await temporaryFolder(t);
  // Whoever Chromium runs as has to get there.
  chmodSync(folder, 0o755);
  const processes = () => processesOf(folder);
  return {
    folder,
    printer: new PdfPrinter({ chromium, temporary: folder, ...options }),
    processes,
    isClean: async () => {
      await until(() => processes().length === 0);
      assert.deepEqual(readdirSync(folder), []);
    },
  };
}

/** Those whose arguments name it, by their ids; none where the system does not tell. */
function processesOf(name: string): string[] {
  if (!existsSync("/proc")) return [];
  const ids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return ids.filter((id) => readable(`/proc/${id}/cmdline`).includes(name));
}

function aboutProcess(pid: string): string {
  const uid = /^Uid:\s+(\d+)/m.exec(readable(`/proc/${pid}/status`))?.[1];
  return `uid ${uid ?? 65_534} ${readable(`/proc/${pid}/environ`)}`;
}

/** Empty once it has ended. */
function readable(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

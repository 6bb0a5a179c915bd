/** Files that leave the page and files that come into it. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import mammoth from "mammoth";
import type { Page } from "playwright-core";
import {
  goOffline,
  newDocument,
  partsOf,
  person,
  saveState,
  shareOf,
  textIn,
} from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

async function choose(page: Page, format: string): Promise<void> {
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: format, exact: true }).click();
}

async function exported(page: Page, format: string) {
  const download = page.waitForEvent("download");
  await choose(page, format);
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

async function importFile(page: Page, name: string, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import a file…" }).click();
  await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer });
}

/** What the file became, in the page that opens. */
async function imported(page: Page, url: string, name: string, content: Buffer | string) {
  await page.goto(url);
  await importFile(page, name, Buffer.from(content));
  await partsOf(page).text.waitFor();
  await saveState(page, "Saved");
  return { title: await partsOf(page).title.inputValue(), text: await textIn(page) };
}

/** What the browser that made the document has of it. */
async function ownedBy(page: Page, address: string): Promise<{ id: string; token: string }> {
  const id = new URL(address).pathname.slice(3);
  const kept = `JSON.parse(localStorage.getItem("quire:owner:${id}"))`;
  return { id, token: await page.evaluate<string>(kept) };
}

/** Waits until the page says so. */
function deleted(page: Page): Promise<void> {
  return page.getByRole("heading", { name: "This document was deleted" }).waitFor();
}

/** Waits until the recent documents are these, in this order. */
function listed(page: Page, ...wanted: RegExp[]): Promise<boolean> {
  return until(async () => {
    const found = await recentTexts(page);
    return found.length === wanted.length && wanted.every((one, at) => one.test(found[at] ?? ""));
  });
}

function recentTexts(page: Page): Promise<string[]> {
  const list = page.getByRole("list", { name: "Recent documents" });
  return list.getByRole("listitem").allInnerTexts();
}

test("[E180] Markdown and plain text are saved by the page itself: offline, with what is not sent yet", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await page.keyboard.type("# Plan: A");
  await until(async () => (await page.title()).startsWith("Plan: A"));
  await saveState(page, "Saved");
  // The page fetches the code when it is first wanted, and the worker keeps it.
  await page.evaluate(() => navigator.serviceWorker.ready);
  await goOffline(page);
  await page.keyboard.type(" and B");
  await until(async () => (await page.title()).startsWith("Plan: A and B"));
  for (const [format, extension] of [
    ["Markdown", "md"],
    ["Plain text", "txt"],
  ] as const) {
    const { name, bytes } = await exported(page, format);
    assert.deepEqual([name, bytes.toString()], [`Plan A and B.${extension}`, "# Plan: A and B"]);
  }
  await choose(page, "HTML");
  await page.getByText(/could not be exported\. The server cannot be reached/).waitFor();
});

test("[E181] HTML, Word and JSON come from the server under its name, with the newest keys", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await page.keyboard.type("# Zürich\n\n**bold**");
  const html = await exported(page, "HTML");
  assert.equal(html.name, "Zürich.html");
  assert.match(html.bytes.toString(), /<strong>bold<\/strong>/);
  const word = await exported(page, "Word");
  assert.equal(word.name, "Zürich.docx");
  const { value } = await mammoth.convertToHtml({ buffer: word.bytes });
  assert.equal(value, "<h1>Zürich</h1><p><strong>bold</strong></p>");
  const json = await exported(page, "JSON");
  assert.equal(json.name, "Zürich.json");
  const { content } = JSON.parse(json.bytes.toString()) as { content: string };
  assert.equal(content, "# Zürich\n\n**bold**");
});

test("[E182] a page that was exported runs nothing of what was written into it, and reads in light, dark and print", async (t) => {
  const server = await startPageServer(t);
  const content = [
    "# Attacks\n\n<script>top.ran = 1</script>",
    '<img src=x onerror="top.ran = 2"> <svg onload="top.ran = 3"></svg>',
    '<a href="javascript:top.ran = 4">a link</a> [another](javascript:top.ran=5)',
    '<iframe srcdoc="<script>top.ran = 6</script>"></iframe><div onclick="top.ran = 7">text</div>',
  ].join("\n\n");
  const { id, editToken: token } = await createDocument(server, { content });
  const response = await call(server, `/${id}/export?format=html`, { token });
  const file = join(await temporaryFolder(t), "page.html");
  await writeFile(file, await response.text());
  const page = await person(t, { colorScheme: "dark" });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`file://${file}`);
  await page.getByText("a link").click();
  await page.getByText("text", { exact: true }).click();
  assert.equal(await page.evaluate("window.ran"), undefined);
  assert.deepEqual(asked, [`file://${file}`]);
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await paper(), "rgb(19, 20, 24)");
  await page.emulateMedia({ colorScheme: "light" });
  assert.equal(await paper(), "rgb(253, 252, 249)");
  await page.emulateMedia({ media: "print" });
  assert.equal(await paper(), "rgb(255, 255, 255)");
});

test("[E183] PDF is the browser's own print dialog", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await page.evaluate("window.print = () => (window.printed = true)");
  await choose(page, "PDF");
  await until(() => page.evaluate("window.printed"));
  // A phone's header has no room for the button.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate("window.printed = false");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "PDF" }).click();
  await until(() => page.evaluate("window.printed"));
});

test("[E184] a file becomes a new document with its name: Markdown, plain text, a web page, a Word file", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const { url } = server;
  const md = await imported(page, url, "My notes.v2.md", "\uFEFF# A\r\n\r\n- b\r\n");
  assert.deepEqual(md, { title: "My notes.v2", text: "# A\n\n- b\n" });
  const windows = Buffer.from([0x5a, 0xfc, 0x72, 0x69, 0x63, 0x68]);
  assert.equal((await imported(page, url, "old.TXT", windows)).text, "Zürich");
  const wide = Buffer.from("\uFEFFwide ü", "utf16le");
  assert.equal((await imported(page, url, "wide.txt", wide)).text, "wide ü");
  const table = "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>";
  const html = await imported(
    page,
    url,
    "page.html",
    `<title>no</title><h1>Head</h1><p>a <b>b</b> &lt;script&gt; <del>c</del><script>window.ran = 1</script>
    <img src=x onerror="window.ran = 2"><a href="javascript:x">d</a></p>${table}<pre><code>x &lt; y</code></pre>`,
  );
  assert.match(
    html.text,
    /^# Head\n\na \*\*b\*\* \\<script> ~~c~~ d\n\n\| a +\| b +\|\n\| -+ \| -+ \|\n/,
  );
  assert.match(html.text, /```\nx < y\n```/);
  assert.equal(await page.evaluate("window.ran"), undefined);
  const source = "# Head\n\n1. one\n2. **two**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
  const { id, editToken: token } = await createDocument(server, { content: source });
  const docx = await call(server, `/${id}/export?format=docx`, { token });
  const word = await imported(page, url, "report.docx", Buffer.from(await docx.arrayBuffer()));
  assert.equal(word.title, "report");
  assert.match(word.text, /^# Head\n\n1\. +one\n2\. +\*\*two\*\*\n\n\| \**a\** *\| \**b\** *\|/);
  await page.goto(url);
  const recent = page.getByRole("list", { name: "Recent documents" });
  assert.equal(await recent.getByRole("listitem").count(), 5);
});

test("[E185] what cannot be imported gets a sentence, and makes no document", async (t) => {
  const server = await startPageServer(t, { env: { CREATE_TOKEN: "sesame" } });
  const page = await person(t);
  await page.goto(server.url);
  const said = (words: string | RegExp) =>
    page.getByRole("alert").filter({ hasText: words }).waitFor();
  await importFile(page, "photo.png", Buffer.from("x"));
  await said("Only Markdown, plain text, web pages and Word files (.docx) can be imported.");
  await importFile(page, "broken.docx", Buffer.from("no zip at all"));
  await said(/could not be read/);
  await importFile(page, "program.txt", Buffer.from([1, 0, 2]));
  await said(/could not be read/);
  await importFile(page, "large.md", Buffer.alloc(9 * 1024 * 1024, "x"));
  await said("This file is too large to be imported.");
  await importFile(page, "good.md", Buffer.from("x"));
  await said(/asks for a key/);
  assert.equal(new URL(page.url()).pathname, "/");
});

test("[E186] a file that is held over the home page is told what happens, and dropped becomes a document", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await page.goto(server.url);
  const send = (type: string) =>
    page.evaluate((name) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["dropped"], "note.txt"));
      document.body.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true }));
    }, type);
  await send("dragover");
  await page.getByText(/^Drop a text, a Word file or a web page .* or an owner file/).waitFor();
  await send("drop");
  await partsOf(page).text.waitFor();
  assert.equal(await textIn(page), "dropped");
  assert.equal(await partsOf(page).title.inputValue(), "note");
});

test("[E187] whoever may read makes a copy that is their own, with the newest keys", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  const address = await newDocument(anna, server.url);
  await anna.keyboard.type("# Recipe");
  await saveState(anna, "Saved");
  await partsOf(anna).share.click();
  await ben.goto(await shareOf(anna).make("view"));
  await saveState(ben, "Read only");
  await ben.getByRole("button", { name: "More" }).click();
  assert.equal(await ben.getByRole("menuitem", { name: "Delete…" }).count(), 0);
  await ben.getByRole("menuitem", { name: "Make a copy" }).click();
  await until(async () => (await partsOf(ben).title.inputValue()) === "Copy of Recipe");
  await saveState(ben, "Saved");
  assert.notEqual(new URL(ben.url()).pathname, new URL(address).pathname);
  await partsOf(ben).text.click();
  await ben.keyboard.press("Control+End");
  await ben.keyboard.type(" of my own");
  await saveState(ben, "Saved");
  await anna.keyboard.press("Escape");
  await partsOf(anna).text.click();
  await anna.keyboard.press("Control+End");
  await anna.keyboard.type("!");
  await anna.getByRole("button", { name: "More" }).click();
  await anna.getByRole("menuitem", { name: "Make a copy" }).click();
  await until(async () => (await partsOf(anna).title.inputValue()) === "Copy of Recipe!");
  await until(async () => (await textIn(anna)) === "# Recipe!");
  assert.equal(await textIn(ben), "# Recipe of my own");
});

test("[E188] deleting says what happens, and everybody's page that it happened; its owner takes it back", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  const address = await newDocument(anna, server.url);
  await anna.keyboard.type("# Precious");
  await saveState(anna, "Saved");
  await ben.goto(address);
  await saveState(ben, "Saved");
  const more = anna.getByRole("button", { name: "More" });
  await more.click();
  await anna.getByRole("menuitem", { name: "Delete…" }).click();
  const dialog = anna.getByRole("dialog", { name: "Delete “Precious”?" });
  await dialog
    .getByText("Everybody’s links stop working at once. You can restore it for 30 days.")
    .waitFor();
  await anna.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await saveState(anna, "Saved");
  await more.click();
  await anna.getByRole("menuitem", { name: "Delete…" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await Promise.all([deleted(anna), deleted(ben)]);
  assert.equal(await ben.getByRole("button", { name: "Restore" }).count(), 0);
  assert.equal(await textIn(ben), "# Precious");
  await ben.reload();
  await deleted(ben);
  await anna.reload();
  await anna.getByRole("button", { name: "Restore" }).click();
  await saveState(anna, "Saved");
  await until(async () => (await textIn(anna)) === "# Precious");
  await ben.goto(address);
  await ben.reload();
  await saveState(ben, "Saved");
  await until(async () => (await textIn(ben)) === "# Precious");
});

test("[E237] what its owner restores elsewhere comes back on the page that says it was deleted, without a reload", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const address = await newDocument(page, server.url);
  await page.keyboard.type("# Precious");
  await saveState(page, "Saved");
  const { id, token } = await ownedBy(page, address);
  assert.equal((await call(server, `/${id}`, { method: "DELETE", token })).status, 204);
  await deleted(page);
  await page.getByRole("button", { name: "Restore" }).waitFor();
  await answered(call(server, `/${id}/restore`, { method: "POST", token }));
  await saveState(page, "Saved");
  await until(async () => (await textIn(page)) === "# Precious");
});

test("[E189] the list of recent documents tells roles and what was deleted, and a removal is taken back", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  const address = await newDocument(anna, server.url);
  await anna.keyboard.type("# First");
  await saveState(anna, "Saved");
  await partsOf(anna).share.click();
  const view = await shareOf(anna).make("view");
  await newDocument(anna, server.url);
  await anna.keyboard.type("# Second");
  await saveState(anna, "Saved");
  await until(async () => (await anna.title()).startsWith("Second"));
  await anna.goto(server.url);
  await listed(anna, /^Second\s+Yours/, /^First\s+Yours/);
  await anna.getByRole("button", { name: "Remove Second from this list" }).click();
  await listed(anna, /^First/);
  await anna.getByRole("button", { name: "Undo" }).click();
  await listed(anna, /^Second/, /^First/);
  await ben.goto(view);
  await saveState(ben, "Read only");
  await ben.goto(server.url);
  await listed(ben, /^First\s+Can read/);
  const { id, token } = await ownedBy(anna, address);
  assert.equal((await call(server, `/${id}`, { method: "DELETE", token })).status, 204);
  await ben.getByRole("link", { name: /First/ }).click();
  await ben.getByRole("heading", { name: "This document was deleted" }).waitFor();
  await ben.goBack();
  await listed(ben, /^First\s+Deleted/);
  await answered(call(server, `/${id}/restore`, { method: "POST", token }));
  await ben.goto(view);
  await saveState(ben, "Read only");
  await ben.goto(server.url);
  await listed(ben, /^First\s+Can read/);
});

test("[E190] at every width the formats are to be had: by the button, or where it has no room, in the menu", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  const button = page.getByRole("button", { name: "Export" });
  for (const width of [1280, 900, 899, 640, 639, 320]) {
    await page.setViewportSize({ width, height: 800 });
    const opener = (await button.isVisible()) ? button : page.getByRole("button", { name: "More" });
    await opener.click();
    const format = page.getByRole("menuitem", { name: "Markdown", exact: true });
    assert.equal(await format.count(), 1, `${width} wide`);
    await page.keyboard.press("Escape");
  }
});

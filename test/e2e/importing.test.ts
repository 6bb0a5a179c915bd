/** Files that become documents with their pictures, and what takes its time while one goes on. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Document, ImageRun, Packer, Paragraph, TextRun } from "docx";
import type { Page } from "playwright-core";
import { newDocument, partsOf, person, saveState, textIn } from "../helpers/browser.ts";
import { choose } from "../helpers/editing.ts";
import { png } from "../helpers/images.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { until } from "../helpers/until.ts";

async function importFile(page: Page, name: string, content: Buffer | string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import a file…" }).click();
  const file = { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
  await (await chooser).setFiles(file);
}

/** The whole text that is in the editor once everything is. */
async function imported(page: Page, name: string, content: Buffer | string): Promise<string> {
  await importFile(page, name, content);
  await partsOf(page).text.waitFor();
  await saveState(page, "Saved");
  return textIn(page);
}

function picture(shade: number, alt: string, side?: number): string {
  const data = png(shade, side).toString("base64");
  return `<img alt="${alt}" src="data:image/png;base64,${data}">`;
}

/** Where images of the document stand, and what else does. */
const IMAGE = /!\[(.*?)\]\(\/api\/documents\/[\w-]+\/attachments\/[\w-]+\.png\)/;

test("[E236] pictures within a Word file or a web page become images of the new document; how many could not is told", async (t) => {
  const server = await startPageServer(t, { env: { MAX_ATTACHMENT_BYTES: "500" } });
  const page = await person(t);
  await page.goto(server.url);
  const html = `<h1>Plan</h1><p>first ${picture(10, "one [1]")} then ${picture(20, "")}.</p>
    <p>${picture(30, "too large", 400)}</p><p><img alt="elsewhere" src="image001.png">
    <img alt="broken" src="data:image/png;base64,AAAA"></p>`;
  const text = await imported(page, "plan.html", html);
  const image = IMAGE.source;
  const wanted = `^# Plan\\n\\nfirst ${image} then ${image}\\.\\n\\ntoo large\\n\\nelsewhere broken\\n$`;
  const found = new RegExp(wanted).exec(text);
  assert.deepEqual(found?.slice(1), [String.raw`one \[1\]`, ""], text);
  const notice = page.getByRole("status", { name: "Notice" });
  await notice.getByText("2 pictures of the file could not be put in.").waitFor();
  await page.getByRole("button", { name: "Preview" }).click();
  const images = page.getByRole("region", { name: "Preview" }).locator("img[src^='blob:']");
  await until(async () => (await images.count()) === 2);
  await page.goto(server.url);
  const word = await imported(page, "report.docx", await wordFile());
  assert.match(word, new RegExp(`^before ${image} after\\n$`));
});

async function wordFile(): Promise<Buffer> {
  const image = new ImageRun({
    type: "png",
    data: png(40),
    transformation: { width: 16, height: 16 },
  });
  const children = [new TextRun("before "), image, new TextRun(" after")];
  return Packer.toBuffer(new Document({ sections: [{ children: [new Paragraph({ children })] }] }));
}

/** Holds back what is asked of the server; answers when it is asked for, and how often. */
async function held(t: TestContext, page: Page, address: string) {
  const asked = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  t.after(() => free.resolve());
  let count = 0;
  await page.route(address, async (route) => {
    count += 1;
    asked.resolve();
    await free.promise;
    await route.continue();
  });
  return { asked: asked.promise, letGo: () => free.resolve(), count: () => count };
}

test("[E232] a copy that takes its time calls nobody away, is offered when it is ready, and is not made twice", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await page.goto(server.url);
  await page.getByRole("button", { name: "New document" }).click();
  await partsOf(page).text.waitFor();
  await page.keyboard.type("# Tea");
  await saveState(page, "Saved");
  const copying = await held(t, page, "**/copy");
  const notice = page.getByRole("status", { name: "Notice" });
  await choose(page, "Make a copy");
  await notice.getByText("The copy is being made…").waitFor();
  await copying.asked;
  await choose(page, "Make a copy");
  await page.goBack();
  await page.getByRole("button", { name: "New document" }).waitFor();
  copying.letGo();
  await notice.getByText("The copy is ready.").waitFor();
  assert.equal(new URL(page.url()).pathname, "/");
  assert.equal(copying.count(), 1);
  await notice.getByRole("button", { name: "Open" }).click();
  await until(async () => (await partsOf(page).title.inputValue()) === "Copy of Tea");
});

test("[E232] an import that takes its time is told of, is not begun twice, and is offered when it is ready", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  const address = page.url();
  await page.keyboard.type("here");
  await saveState(page, "Saved");
  await page.goBack();
  const making = await held(t, page, "**/api/documents");
  await importFile(page, "note.md", "imported");
  await page.getByText("The file is being opened…").waitFor();
  assert.equal(await page.getByRole("button", { name: "Import a file…" }).isDisabled(), true);
  await making.asked;
  await page.goForward();
  await partsOf(page).text.waitFor();
  making.letGo();
  const notice = page.getByRole("status", { name: "Notice" });
  await notice.getByText("The file is imported.").waitFor();
  assert.equal(page.url(), address);
  assert.equal(await textIn(page), "here");
  await notice.getByRole("button", { name: "Open" }).click();
  await until(async () => (await textIn(page)) === "imported");
  assert.equal(making.count(), 1);
});

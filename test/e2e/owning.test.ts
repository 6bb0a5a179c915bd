/** What makes a browser the owner's, what it asks for to make documents, and where tokens stand. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { newDocument, partsOf, person, saveState, shareOf } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { until } from "../helpers/until.ts";

async function saveOwnerFile(page: Page) {
  await partsOf(page).share.click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save owner file" }).click();
  const file = await download;
  const text = await readFile(await file.path(), "utf8");
  return { name: file.suggestedFilename(), text };
}

async function openOwnerFile(page: Page, text: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open owner file…" }).click();
  const buffer = Buffer.from(text);
  await (await chooser).setFiles({ name: "owner.json", mimeType: "application/json", buffer });
}

test("[E41] an owner file makes another browser the owner's, chosen or dropped; a foreign or broken one gets a sentence", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben, chris] = [await person(t), await person(t), await person(t)];
  const address = await newDocument(anna, server.url);
  await anna.keyboard.type("# My notes: 1/2");
  await saveState(anna, "Saved");
  await until(async () => (await anna.title()).startsWith("My notes"));
  const { name, text } = await saveOwnerFile(anna);
  assert.equal(name, "My notes 1 2 – owner.json");
  await ben.goto(server.url);
  const said = (words: string) => ben.getByText(words).waitFor();
  await openOwnerFile(ben, "{}");
  await said("This is no owner file, or it is damaged.");
  await openOwnerFile(ben, text.replaceAll(server.url, "http://other.test"));
  await said("This owner file is of another server. Open it at http://other.test.");
  await openOwnerFile(ben, text.replace(/"ownerToken": "\w{4}/, '"ownerToken": "xxxx'));
  await said("This server has no such document, or it has another owner.");
  await openOwnerFile(ben, text);
  await partsOf(ben).share.click();
  await shareOf(ben).create.waitFor();
  assert.equal(ben.url(), address);
  await chris.goto(server.url);
  await chris.evaluate((content) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], "owner.json"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
  }, text);
  await partsOf(chris).share.click();
  await shareOf(chris).create.waitFor();
});

test("[E42] where a key is needed to make documents the page asks for it, and remembers it", async (t) => {
  const server = await startPageServer(t, { env: { CREATE_TOKEN: "open-sesame" } });
  const page = await person(t);
  await page.goto(server.url);
  await page.getByRole("button", { name: "New document" }).click();
  await page.getByLabel("Key").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("That is not the key of this server.").waitFor();
  await page.getByLabel("Key").fill("open-sesame");
  await page.keyboard.press("Enter");
  await partsOf(page).text.waitFor();
  const first = page.url();
  await page.goto(`${server.url}/new`);
  await partsOf(page).text.waitFor();
  assert.notEqual(page.url(), first);
});

test("[E43] tokens stand in the fragment, the headers and the storage, and nowhere else", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const address = new URL(await newDocument(page, server.url));
  await page.keyboard.type("# Secret");
  await saveState(page, "Saved");
  await partsOf(page).share.click();
  const made = new URL(await shareOf(page).make("view"));
  await page.reload();
  await saveState(page, "Saved");
  const key = `quire:owner:${address.pathname.slice(3)}`;
  const owner = await page.evaluate<string>(`JSON.parse(localStorage.getItem("${key}"))`);
  const held = await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    const names = await caches.keys();
    const files = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    const cached = files.flat().map(({ url }) => url);
    return JSON.stringify([document.title, history.state, cached, document.cookie]);
  });
  await until(() => asked.some((url) => url.includes("/links")));
  for (const token of [owner, address.hash.slice(1), made.hash.slice(1)]) {
    assert.ok(token.length > 20);
    assert.ok(!held.includes(token));
    for (const url of asked)
      assert.ok(!url.split("#")[0]?.includes(token), url.replace(token, "…"));
  }
});

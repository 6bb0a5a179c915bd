import assert from "node:assert/strict";
import { test } from "node:test";
import { newDocument, partsOf, person, saveState, shareOf, textIn } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { createDocument } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

test("[E12] the home page lists this browser's documents, opens them, and forgets them when asked", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await page.keyboard.type("# Shopping");
  await until(async () => (await page.title()).startsWith("Shopping"));
  await saveState(page, "Saved");
  await page.goto(server.url);
  const recent = page.getByRole("list", { name: "Recent documents" });
  await recent.getByRole("link", { name: /Shopping/ }).click();
  await until(async () => (await textIn(page)) === "# Shopping");
  await page.goBack();
  await recent.getByRole("button", { name: /Remove Shopping/ }).click();
  await until(async () => (await recent.count()) === 0);
});

test("[E13] /new makes a document and opens it, and going back does not make another", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await page.goto(server.url);
  await page.goto(`${server.url}/new`);
  await partsOf(page).text.waitFor();
  assert.match(page.url(), /\/d\/[\w-]+#[\w-]+$/);
  await page.goBack();
  await page.getByRole("button", { name: "New document" }).waitFor();
});

test("[E14] an address that opens nothing says what is wrong", async (t) => {
  const server = await startPageServer(t);
  const { id, editToken } = await createDocument(server);
  const page = await person(t);
  const said = (name: string) => page.getByRole("heading", { name }).waitFor();
  await page.goto(`${server.url}/d/${id}#nonsense`);
  await said("There is no document here");
  await page.goto(`${server.url}/d/${id}`);
  await said("This address is not complete");
  await page.goto(`${server.url}/d/${id}#${editToken}`);
  await partsOf(page).text.waitFor();
});

test("[E26] an address that is no page says so, with a way home, and is a 404", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const response = await page.goto(`${server.url}/nothing/here`);
  assert.equal(response?.status(), 404);
  await page.getByRole("heading", { name: "There is no page here" }).waitFor();
  await page.getByRole("link", { name: "Home" }).click();
  await page.getByRole("button", { name: "New document" }).waitFor();
});

test("[E15] Share offers the link of the address bar at once and copies it, also on a plain http address that is no secure context", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const url = server.url.replace("127.0.0.1", "quire.test");
  const address = await newDocument(page, url);
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await page.keyboard.type("over plain http");
  await saveState(page, "Saved");
  await partsOf(page).share.click();
  assert.equal(await shareOf(page).link.inputValue(), address);
  await shareOf(page).copy.click();
  await shareOf(page).dialog.getByText("Link copied.").waitFor();
  await page.keyboard.press("Escape");
  await partsOf(page).title.fill("");
  await partsOf(page).title.press("Control+v");
  assert.equal(await partsOf(page).title.inputValue(), address);
});

test("[E16] text that is pasted keeps every character but foreign line ends", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await partsOf(page).text.evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "a\r\nb\tc\rd 🪶");
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  });
  await saveState(page, "Saved");
  const { pathname, hash } = new URL(page.url());
  const path = `/api/documents/${pathname.slice(3)}/export?format=txt&token=${hash.slice(1)}`;
  await until(async () => (await (await fetch(server.url + path)).text()) === "a\nb\tc\nd 🪶");
});

/** The page in other languages: chosen in the menu, or by the browser's own wish. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newDocument, partsOf, person } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";

test("[E200] a language chosen in the menu is spoken at once, by the editor too, and remembered; nothing that was typed is touched", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await partsOf(page).text.click();
  await page.keyboard.type("Hello");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("group", { name: "Language of the page" }).getByText("Deutsch").click();
  await page.getByRole("button", { name: "Teilen" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  const text = page.getByRole("textbox", { name: "Text des Dokuments" });
  await text.press("End");
  await page.keyboard.type(", Welt");
  assert.equal(await text.innerText(), "Hello, Welt");
  await page.getByRole("status", { name: "Speicherstand" }).getByText("Gespeichert").waitFor();
  await page.keyboard.press("Control+f");
  await page.getByRole("textbox", { name: "Suchen" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Mehr" }).click();
  await page.getByRole("menuitemradio", { name: "简体中文" }).click();
  await page.getByRole("button", { name: "分享" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hans");
});

test("[E201] a browser that asks for another language gets it from the first moment, also without the server", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t, { locale: "de-CH" });
  await page.addInitScript(() => {
    const said = new Set<string>();
    new MutationObserver(() => said.add(document.querySelector("h1")?.textContent ?? "")).observe(
      document,
      { subtree: true, childList: true },
    );
    Object.assign(globalThis, { said });
  });
  await page.goto(server.url);
  await page.getByRole("button", { name: "Neues Dokument" }).waitFor();
  const said = () => page.evaluate("[...said].filter(Boolean)");
  assert.deepEqual(await said(), ["Gemeinsam schreiben."]);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.context().setOffline(true);
  await page.goto(server.url);
  await page.getByRole("button", { name: "Neues Dokument" }).waitFor();
});

test("[E233] a language that does not come keeps nobody waiting: the page begins in English, and changes when it comes", async (t) => {
  const server = await startPageServer(t);
  // Or the worker would answer in place of the route.
  const page = await person(t, { locale: "de", serviceWorkers: "block" });
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await page.route(/german-.*js/, async (route) => {
    await held;
    await route.continue();
  });
  // The page is not loaded as long as something is fetched that it began with.
  await page.goto(server.url, { waitUntil: "commit" });
  await page.getByRole("button", { name: "New document" }).click();
  await partsOf(page).text.waitFor();
  await page.keyboard.type("Tee");
  letGo();
  await page.getByRole("button", { name: "Teilen" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await page.keyboard.type(" um neun");
  const text = page.getByRole("textbox", { name: "Text des Dokuments" });
  assert.equal(await text.innerText(), "Tee um neun");
});

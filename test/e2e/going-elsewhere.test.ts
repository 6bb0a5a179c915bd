/** Leaving a document within the tab, and what must not get lost by that. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { goOffline, goOnline, newDocument, person, saveState, textIn } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { until } from "../helpers/until.ts";

/** A document with words that only this tab has. */
async function unsaved(t: TestContext) {
  const server = await startPageServer(t);
  const page = await person(t);
  await page.addInitScript(() =>
    Object.defineProperty(globalThis, "indexedDB", { value: undefined }),
  );
  const address = await newDocument(page, server.url);
  await page.keyboard.type("one");
  await saveState(page, "Saved");
  await goOffline(page);
  await page.keyboard.type(" kept words");
  await saveState(page, "Offline – 11 changes kept in this tab");
  return { page, address };
}

test("[E56] what is on no disk yet survives going elsewhere within the page, and the tab is left with a warning only", async (t) => {
  const { page, address } = await unsaved(t);
  const home = page.getByRole("heading", { name: "Write together." });
  await page.goBack();
  await home.waitFor();
  let warnings = 0;
  page.on("dialog", (dialog) => {
    warnings += 1;
    void dialog.dismiss();
  });
  await page.close({ runBeforeUnload: true });
  await until(() => warnings === 1);
  await page.goForward();
  await until(async () => (await textIn(page)) === "one kept words");
  await saveState(page, "Offline – 11 changes kept in this tab");
  await page.goBack();
  await home.waitFor();
  await page.context().setOffline(false);
  const other = await person(t);
  await other.goto(address);
  await until(async () => (await textIn(other)) === "one kept words");
  await page.goForward();
  await saveState(page, "Saved");
  await page.close({ runBeforeUnload: true });
  await until(() => page.isClosed());
  assert.equal(warnings, 1);
});

test("[E56] nor does another link to the document take it along", async (t) => {
  const { page } = await unsaved(t);
  await page.evaluate(() => (location.hash += "x"));
  await until(async () => (await textIn(page)) === "");
  await page.evaluate(() => (location.hash = location.hash.slice(1, -1)));
  await until(async () => (await textIn(page)) === "one kept words");
  await goOnline(page);
});

test("[E57] whoever goes back while a document is being made stays there, and finds it among the recent ones", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  await page.route("**/api/documents", async (route) => {
    asked.resolve();
    await left.promise;
    await route.continue();
  });
  await page.goto(server.url);
  const button = page.getByRole("button", { name: "New document" });
  await button.click();
  await asked.promise;
  await page.goBack();
  await button.waitFor();
  const answered = page.waitForResponse("**/api/documents");
  left.resolve();
  await answered;
  await until(() => page.evaluate(() => localStorage.getItem("quire:recents") !== null));
  assert.equal(new URL(page.url()).pathname, "/");
  await button.waitFor();
  await page.reload();
  await page.getByRole("list", { name: "Recent documents" }).getByRole("link").click();
  await saveState(page, "Saved");
});

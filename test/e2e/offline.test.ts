import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import Database from "better-sqlite3";
import type { Page } from "playwright-core";
import {
  goOffline,
  goOnline,
  newDocument,
  partsOf,
  person,
  saveState,
  textIn,
} from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { addressOf, type Program, startMain } from "../helpers/program.ts";
import type { TestServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

/** The page can be opened without the server once its worker holds all of it. */
async function shellKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
}

async function restart(t: TestContext, server: TestServer): Promise<TestServer> {
  const env = { PORT: new URL(server.url).port };
  return startPageServer(t, { dataDir: server.dataDir, env });
}

/** A document that this page has opened and saved, and that is on the device. */
async function written(page: Page, server: { readonly url: string }, text: string) {
  const address = await newDocument(page, server.url);
  await shellKept(page);
  await page.keyboard.insertText(text);
  await saveState(page, "Saved");
  await deviceHas(page);
  return { address, id: new URL(address).pathname.slice("/d/".length) };
}

/** The database is named once the epoch is known, a moment after the text is there. */
async function deviceHas(page: Page): Promise<void> {
  await until(() =>
    page.evaluate(() => Object.keys(localStorage).some((key) => key.startsWith("quire:document:"))),
  );
  await databaseMade(page);
}

async function databaseMade(page: Page): Promise<void> {
  await until(async () =>
    (await page.evaluate(() => indexedDB.databases())).some(({ name }) => name?.endsWith(":1")),
  );
}

/** Every save state that is shown from now on, in order, numbers left out. */
async function watchStates(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const status = document.querySelector(".save-state");
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    const note = () => {
      const text = (status?.textContent ?? "").replace(/\d+ changes?/, "n changes");
      if (seen.at(-1) !== text) seen.push(text);
    };
    note();
    if (status)
      new MutationObserver(note).observe(status, {
        childList: true,
        subtree: true,
        characterData: true,
      });
  });
  return () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
}

function raiseEpoch({ dataDir }: Pick<TestServer, "dataDir">, id: string): void {
  const database = new Database(`${dataDir}/quire.sqlite`);
  database.prepare("UPDATE documents SET epoch = epoch + 1 WHERE id = ?").run(id);
  database.close();
}

test("[E18] what is typed offline outlives a reload, and is saved when the network is back", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await written(page, server, "before");
  await goOffline(page);
  await page.keyboard.type(" away");
  await saveState(page, "Offline – 5 changes kept on this device");
  await page.reload();
  await until(async () => (await textIn(page)) === "before away");
  await saveState(page, "Offline – 5 changes kept on this device");
  await goOnline(page);
  const other = await person(t);
  await other.goto(page.url());
  await until(async () => (await textIn(other)) === "before away");
});

test("[E19] a server that is killed while somebody types takes nothing with it, and the words say so all along", async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = startMain(t, dataDir);
  const { url } = await addressOf(first);
  const page = await person(t);
  await written(page, { url }, "one ");
  const states = await watchStates(page);
  await page.keyboard.type("two ");
  await saveState(page, "Saved");
  await kill(first);
  await page.keyboard.type("three ");
  await saveState(page, "Offline – 6 changes kept on this device");
  await addressOf(startMain(t, dataDir, { PORT: new URL(url).port }));
  await page.keyboard.type("four");
  await saveState(page, "Saved");
  assert.equal(await textIn(page), "one two three four");
  // Whether "Offline" is seen before the next key is a matter of luck; so is how often the last words return.
  const seen = (await states()).filter((state) => !["Saving…", "Offline"].includes(state));
  const inOrder = seen.filter((state, index) => state !== seen[index - 1]);
  assert.deepEqual(inOrder, ["Saved", "Offline – n changes kept on this device", "Saved"]);
});

async function kill(program: Program): Promise<void> {
  program.child.kill("SIGKILL");
  await program.exited();
}

test("[E20] while the server is down the page opens all the same, with its text and what is unsaved", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await written(page, server, "# Kept\nhere");
  await server.close();
  await saveState(page, "Offline");
  await page.keyboard.type("!");
  await saveState(page, "Offline – 1 change kept");
  await page.reload();
  await until(async () => (await textIn(page)) === "# Kept\nhere!");
  await saveState(page, "Offline – 1 change kept on this device");
  await partsOf(page).text.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("!");
  await saveState(page, "Offline – 2 changes kept on this device");
  await page.goto(server.url);
  await page.getByRole("link", { name: /Kept/ }).click();
  await until(async () => (await textIn(page)) === "# Kept\nhere!!");
  await restart(t, server);
  await saveState(page, "Saved");
});

test("[E21] two tabs of one document share the device, and lose nothing when both were offline", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const { address } = await written(page, server, "start");
  const second = await page.context().newPage();
  await second.goto(address);
  await until(async () => (await textIn(second)) === "start");
  await goOffline(page);
  await saveState(second, "Offline");
  await page.keyboard.type(" one");
  await partsOf(second).text.click();
  await second.keyboard.press("Control+Home");
  await second.keyboard.type("two ");
  await saveState(page, "Offline – 4 changes");
  await saveState(second, "Offline – 4 changes");
  await second.reload();
  await until(async () => (await textIn(second)) === "two start one");
  await saveState(second, "Offline – 8 changes kept on this device");
  await goOnline(page);
  await saveState(second, "Saved");
  await until(async () => (await textIn(page)) === "two start one");
});

test("[E22] a copy of an earlier version becomes a draft that can be compared, copied and discarded", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const { id } = await written(page, server, "one\ntwo\n");
  await server.close();
  await saveState(page, "Offline");
  await page.keyboard.type("kept");
  await saveState(page, "Offline – 4 changes kept on this device");
  raiseEpoch(server, id);
  await restart(t, server);
  const notice = page.getByRole("region", { name: "Kept text" });
  await notice
    .getByText("We kept text from this device that belongs to an earlier version")
    .waitFor();
  await saveState(page, "Saved");
  assert.equal(await textIn(page), "one\ntwo\n");
  await page.reload();
  await notice.getByRole("button", { name: "Compare" }).click();
  const dialog = page.getByRole("dialog", { name: "Compare" });
  await dialog.locator("ins", { hasText: /^kept\s*$/ }).waitFor();
  await dialog.getByText("one\ntwo").waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  await notice.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("status", { name: "Notice" }).filter({ hasText: "copied" }).waitFor();
  await partsOf(page).text.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+v");
  await until(async () => (await textIn(page)) === "one\ntwo\nkept");
  await page.keyboard.type(" again");
  await notice.getByRole("button", { name: "Discard" }).click();
  await notice.getByRole("button", { name: "Keep" }).click();
  await notice.getByRole("button", { name: "Discard" }).click();
  await notice.getByText("for good?").waitFor();
  await notice.getByRole("button", { name: "Discard" }).click();
  await notice.waitFor({ state: "detached" });
  await saveState(page, "Saved");
  await page.reload();
  await until(async () => (await textIn(page)) === "one\ntwo\nkept again");
  assert.equal(await notice.count(), 0);
});

test("[E55] copying out of a dialog works on a plain http address too, and is told above the dialog", async (t) => {
  const server = await startPageServer(t, { env: { MAX_DOC_BYTES: "2000" } });
  const page = await person(t);
  await newDocument(page, server.url.replace("127.0.0.1", "quire.test"));
  assert.equal(await page.evaluate(() => isSecureContext), false);
  const long = "too long ".repeat(300);
  await page.keyboard.insertText(long);
  await page.getByRole("button", { name: "Compare" }).click();
  const dialog = page.getByRole("dialog", { name: "Compare" });
  // As in Safari, where a click leaves the focus nowhere.
  await dialog.getByRole("button", { name: "Copy kept text" }).evaluate((button) => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    (button as HTMLButtonElement).click();
  });
  const notice = page.getByRole("status", { name: "Notice" }).filter({ hasText: "copied" });
  await notice.waitFor();
  const isInFront = () =>
    notice.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      element.style.pointerEvents = "auto";
      return document.elementFromPoint(x + width / 2, y + height / 2) === element;
    });
  await until(isInFront);
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "detached" });
  await until(isInFront);
  const { title } = partsOf(page);
  await title.click();
  await page.keyboard.press("Control+v");
  assert.equal(await title.inputValue(), long.slice(0, (await title.inputValue()).length));
  assert.ok((await title.inputValue()).length > 100);
});

test("[E23] a copy of an earlier version that says the same is not spoken of", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const { id } = await written(page, server, "all the same");
  await server.close();
  await saveState(page, "Offline");
  raiseEpoch(server, id);
  await restart(t, server);
  await saveState(page, "Saved");
  await until(() =>
    page.evaluate(
      (name) => localStorage.getItem(name)?.includes('"epoch":2'),
      `quire:document:${id}`,
    ),
  );
  assert.equal(await textIn(page), "all the same");
  assert.equal(await page.getByRole("region", { name: "Kept text" }).count(), 0);
});

test("[E24] without a database in the browser everything works, and is said to be kept in this tab", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await page.addInitScript(() =>
    Object.defineProperty(globalThis, "indexedDB", { value: undefined }),
  );
  await newDocument(page, server.url);
  await page.keyboard.type("one");
  await saveState(page, "Saved");
  await server.close();
  await saveState(page, "Offline");
  await page.keyboard.type(" two");
  await saveState(page, "Offline – 4 changes kept in this tab");
  await restart(t, server);
  await saveState(page, "Saved");
  assert.equal(await textIn(page), "one two");
});

test("[E54] where the browser's storage refuses, what is typed offline still outlives a reload", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await page.addInitScript(() =>
    Object.defineProperty(globalThis, "localStorage", {
      get: () => {
        throw new DOMException("denied", "SecurityError");
      },
    }),
  );
  await newDocument(page, server.url);
  await shellKept(page);
  await page.keyboard.type("one");
  await saveState(page, "Saved");
  await databaseMade(page);
  await goOffline(page);
  await page.keyboard.type(" two");
  await saveState(page, "Offline – 4 changes kept on this device");
  await page.reload();
  await until(async () => (await textIn(page)) === "one two");
  await saveState(page, "Offline – 4 changes kept on this device");
  await goOnline(page);
});

test("[E25] the worker answers for the page's own addresses and leaves everything else to the server", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await page.goto(server.url);
  await shellKept(page);
  await page.reload();
  const worker = await fetch(`${server.url}/sw.js`);
  assert.equal(worker.headers.get("Cache-Control"), "no-cache");
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return lists.flat().map(({ url }) => new URL(url).pathname);
  });
  assert.ok(kept.includes("/index.html"));
  assert.deepEqual(
    kept.filter((path) => /^\/(api|ws|healthz|readyz)/.test(path)),
    [],
  );
  await server.close();
  for (const path of ["/", "/new", "/d/unknown"]) {
    assert.equal((await page.goto(server.url + path))?.status(), 200, path);
  }
  for (const path of ["/healthz", "/readyz", "/api/documents/x", "/else"]) {
    await assert.rejects(page.goto(server.url + path), /ERR_CONNECTION_REFUSED/, path);
  }
});

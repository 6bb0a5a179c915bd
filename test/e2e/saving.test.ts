import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { goOnline, newDocument, partsOf, person, saveState, textIn } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { ControlledStore } from "../helpers/controlled-store.ts";
import { until } from "../helpers/until.ts";

test("[E8] while the server is away the page says Offline and keeps what is typed; when it is back, all is saved", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  await ben.goto(await newDocument(anna, server.url));
  await partsOf(anna).text.click();
  await anna.keyboard.type("before ");
  await saveState(anna, "Saved");
  await server.close();
  await saveState(anna, "Offline");
  await anna.keyboard.type("away");
  await saveState(anna, "Offline – 4 changes");
  const env = { PORT: new URL(server.url).port };
  await startPageServer(t, { dataDir: server.dataDir, env });
  await saveState(anna, "Saved");
  await until(async () => (await textIn(ben)) === "before away");
});

test("[E9] offline, by the browser's word, is said within 5 s although the socket stays open", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await page.keyboard.type("one");
  await saveState(page, "Saved");
  await page.context().setOffline(true);
  await page.getByText(/^Offline/).waitFor({ timeout: 5000 });
  await page.keyboard.type(" two");
  await goOnline(page);
  await page.reload();
  await until(async () => (await textIn(page)) === "one two");
});

test("[E10] Saved is never said for what the store has not acknowledged", async (t) => {
  const control = new ControlledStore();
  const server = await startPageServer(t, { store: control.store });
  const page = await person(t);
  await newDocument(page, server.url);
  await saveState(page, "Saved");
  control.hold();
  await page.keyboard.type("held");
  await saveState(page, "Saving");
  control.release();
  await saveState(page, "Saved");
  control.fail("full");
  await page.keyboard.type(" back");
  await saveState(page, "Not saved – the server's disk is full");
  control.fail(undefined);
  await saveState(page, "Saved");
  assert.equal(await textIn(page), "held back");
});

test("[E11] leaving is warned about only while an edit is neither on the server nor on the device", async (t) => {
  const control = new ControlledStore();
  const server = await startPageServer(t, { store: control.store });
  const page = await person(t);
  await page.addInitScript(() =>
    Object.defineProperty(globalThis, "indexedDB", { value: undefined }),
  );
  await newDocument(page, server.url);
  let warnings = 0;
  page.on("dialog", (dialog) => {
    warnings += 1;
    void dialog.dismiss();
  });
  control.hold();
  await page.keyboard.type("x");
  await saveState(page, "Saving");
  await page.close({ runBeforeUnload: true });
  await until(() => warnings === 1);
  control.release();
  await saveState(page, "Saved");
  await page.close({ runBeforeUnload: true });
  await until(() => page.isClosed());
  assert.equal(warnings, 1);
  const kept = await person(t);
  kept.on("dialog", () => assert.fail("the device has it"));
  await newDocument(kept, server.url);
  await until(async () => (await kept.evaluate(() => indexedDB.databases())).length > 1);
  control.hold();
  await kept.keyboard.type("y");
  await saveState(kept, "Saving");
  await until(() => recordsIn(kept));
  await kept.close({ runBeforeUnload: true });
  await until(() => kept.isClosed());
});

/** How many changes without acknowledgement the device knows of. */
function recordsIn(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { name = "" } =
      (await indexedDB.databases()).find((found) => found.name?.startsWith("quire:")) ?? {};
    const counted = Promise.withResolvers<number>();
    const opening = indexedDB.open(name);
    opening.addEventListener("success", () => {
      const database = opening.result;
      const all = IDBKeyRange.bound(["unsaved"], ["unsaved", []]);
      const counting = database.transaction("custom").objectStore("custom").count(all);
      counting.addEventListener("success", () => counted.resolve(counting.result));
      database.close();
    });
    return counted.promise;
  });
}

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import * as Y from "yjs";
import { newDocument, partsOf, person, saveState, textIn } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { seeded } from "../helpers/random.ts";
import { createDocument, exportText } from "../helpers/server.ts";
import { syncedClient } from "../helpers/stock-client.ts";
import { until } from "../helpers/until.ts";

test("[E50] an emoji that takes the place of another, as input methods write it, arrives whole", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  await ben.goto(await newDocument(anna, server.url));
  await partsOf(anna).text.click();
  await anna.keyboard.type("x");
  for (const emoji of ["😀", "😁", "😂"]) {
    await anna.evaluate((text) => {
      const selection = getSelection();
      const line = document.querySelector(".cm-line")?.firstChild;
      if (line?.textContent && line.textContent.length > 1)
        selection?.setBaseAndExtent(line, 1, line, 3);
      document.execCommand("insertText", false, text);
    }, emoji);
    await until(async () => (await textIn(anna)) === `x${emoji}`);
  }
  await until(async () => (await textIn(ben)) === "x😂");
  await saveState(anna, "Saved");
});

/** A saved document of plain text, open on a page and with a client of another program. */
async function mixed(t: TestContext, content: string) {
  const server = await startPageServer(t);
  const document = await createDocument(server, { content });
  const page = await person(t);
  await page.goto(`${server.url}/d/${document.id}#${document.editToken}`);
  await saveState(page, "Saved");
  const { text } = await syncedClient(t, server, document);
  const stored = () => exportText(server, document);
  return { page, text, stored };
}

/** What the page shows, with a # for each sign. */
const shownIn = async (page: Page) => (await textIn(page)).replaceAll("•", "#");

/** What the document holds, with a # for each object. */
function heldIn(text: Y.Text): string {
  const parts = text.toDelta() as { readonly insert: unknown }[];
  return parts.map(({ insert }) => (typeof insert === "string" ? insert : "#")).join("");
}

test("[E51] an object that another program puts into the text is shown as a sign, can be written around and deleted, and stays where it is", async (t) => {
  const { page, text, stored } = await mixed(t, "hello world\nlast");
  text.insertEmbed(5, { image: "cat" });
  await until(async () => (await shownIn(page)) === "hello# world\nlast");
  await partsOf(page).text.click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("!");
  await until(async () => (await stored()) === "hello world\nlast!");
  await page.reload();
  await until(async () => (await shownIn(page)) === "hello# world\nlast!");
  await saveState(page, "Saved");
  await partsOf(page).text.click();
  await page.keyboard.press("ControlOrMeta+End");
  // The line above would have to go below, and only a sign would arrive there.
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("ControlOrMeta+Home");
  for (let n = 0; n < 6; n++) await page.keyboard.press("ArrowRight");
  await page.keyboard.type(",");
  await until(() => heldIn(text) === "hello#, world\nlast!");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await until(() => heldIn(text) === "hello world\nlast!");
  await page.keyboard.press("ControlOrMeta+z");
  await until(() => heldIn(text).includes("#"));
  assert.deepEqual(
    (text.toDelta() as { insert: unknown }[]).find(({ insert }) => typeof insert === "object"),
    { insert: { image: "cat" } },
  );
  await saveState(page, "Saved");
});

test("[E51] whatever is written on both sides, page and document hold the same at every place", async (t) => {
  const random = seeded(t);
  const { page, text } = await mixed(t, "one two three");
  await partsOf(page).text.click();
  for (let round = 0; round < 60; round++) {
    const at = random.int(text.length + 1);
    const kind = random.pick(["object", "map", "text", "delete", "key", "key"]);
    if (kind === "object") text.insertEmbed(at, { n: round });
    if (kind === "map") text.insertEmbed(at, new Y.Map());
    if (kind === "text") text.insert(at, random.pick(["a", "bc", "\n"]));
    if (kind === "delete") text.delete(at, Math.min(2, text.length - at));
    if (kind === "key")
      await page.keyboard.press(random.pick(["ArrowLeft", "Home", "x", "Delete"]));
  }
  await saveState(page, "Saved");
  await until(async () => (await shownIn(page)) === heldIn(text));
});

test("[E53] what comes without being told of ends the typing, and the page says so until it is loaded anew", async (t) => {
  const { page, text } = await mixed(t, "hello world");
  // Neither text nor an object: the events of Yjs leave it out, and every place after it is another.
  text.insertEmbed(5, 7 as never);
  await saveState(page, "Not saved – this page met an error");
  await partsOf(page).text.click();
  await page.keyboard.type("lost?");
  assert.equal(await textIn(page), "hello world");
  await page.reload();
  await until(async () => (await shownIn(page)) === "hello# world");
  await saveState(page, "Saved");
});

test("[E52] what the server never takes is set aside as a draft that says why, and the document can be written in again", async (t) => {
  const server = await startPageServer(t, { env: { MAX_DOC_BYTES: "3000" } });
  const document = await createDocument(server, { content: "short" });
  const page = await person(t);
  await page.goto(`${server.url}/d/${document.id}#${document.editToken}`);
  await saveState(page, "Saved");
  await partsOf(page).text.click();
  await page.keyboard.insertText("long ".repeat(2000));
  await page
    .getByRole("region", { name: "Kept text" })
    .getByText("text from this device that is too large to be saved")
    .waitFor();
  await saveState(page, "Saved");
  assert.equal(await textIn(page), "short");
  await partsOf(page).text.click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("er");
  await until(async () => (await exportText(server, document)) === "shorter");
  await page.reload();
  await saveState(page, "Saved");
  await page.getByRole("region", { name: "Kept text" }).waitFor();
});

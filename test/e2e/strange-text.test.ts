import assert from "node:assert/strict";
import { test } from "node:test";
import { newDocument, partsOf, person, saveState, textIn } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
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

test("[E51] what other programs put into the text beside text freezes no page: it says so and takes no typing", async (t) => {
  const server = await startPageServer(t);
  const document = await createDocument(server, { content: "hello world" });
  const page = await person(t);
  await page.goto(`${server.url}/d/${document.id}#${document.editToken}`);
  await saveState(page, "Saved");
  const other = await syncedClient(t, server, document);
  other.text.insertEmbed(5, { image: "cat" });
  await saveState(page, "Not saved – this page met an error");
  await partsOf(page).text.click();
  await page.keyboard.type("lost?");
  assert.equal(await textIn(page), "hello world");
  await page.reload();
  await saveState(page, "Not saved – this page met an error");
  other.text.delete(5, 1);
  // The device's own copy may have it a little longer.
  await until(
    async () => {
      await page.reload();
      const said = partsOf(page).save.filter({ hasText: /^(Saved|Not saved)/ });
      await said.waitFor();
      return (await said.innerText()).startsWith("Saved");
    },
    { timeoutMs: 30_000 },
  );
  await partsOf(page).text.click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("!");
  await until(async () => (await exportText(server, document)) === "hello world!");
});

test("[E52] what the server never takes is set aside as a draft, and the document can be written in again", async (t) => {
  const server = await startPageServer(t, { env: { MAX_DOC_BYTES: "3000" } });
  const document = await createDocument(server, { content: "short" });
  const page = await person(t);
  await page.goto(`${server.url}/d/${document.id}#${document.editToken}`);
  await saveState(page, "Saved");
  await partsOf(page).text.click();
  await page.keyboard.insertText("long ".repeat(2000));
  await page.getByRole("region", { name: "Kept text" }).waitFor();
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

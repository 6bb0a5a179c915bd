/** What the page shows now and then, judged by axe-core: menus and dialogs, people and images on the move, and what went wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { CreatedLink } from "#protocol/rest.ts";
import { judge, PHONE, WIDE } from "../helpers/axe.ts";
import { newDocument, partsOf, person, saveState } from "../helpers/browser.ts";
import { member } from "../helpers/crowd.ts";
import { choose, writer, writing } from "../helpers/editing.ts";
import { png } from "../helpers/images.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument } from "../helpers/server.ts";
import { flip, tamper } from "../persistence/sqlite-fixtures.ts";

const TEXT = [
  "# A walk",
  "We *meet* at **nine** by [the crane](https://example.org), `soon`.",
  "- [x] tea\n- [ ] cups",
  "| who | what |\n|---|---|\n| Anna | tea |",
  "> quoted\n\n```js\nconst tea = 1;\n```",
].join("\n\n");

test("[E241] the preview, the formats, the dialogs of writing and the toolbar of a phone have nothing that axe minds", async (t) => {
  const { page, address } = await writing(t, TEXT);
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("region", { name: "Preview" }).getByText("A walk").waitFor();
  await judge(page, "the preview");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menu").waitFor();
  await judge(page, "the formats", [WIDE]);
  await page.keyboard.press("Escape");
  for (const item of ["Command palette", "Document language", "Keyboard shortcuts", "Word count"]) {
    await choose(page, item);
    await page.getByRole("dialog").waitFor();
    await judge(page, item);
    // The count stands beside the text, which it leaves the keys to.
    if (item === "Word count") await page.getByRole("button", { name: "Close" }).click();
    else await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  const phone = await person(t, { viewport: PHONE, hasTouch: true });
  await writer(phone, address);
  await phone.getByRole("toolbar").waitFor();
  await judge(phone, "the toolbar", [PHONE]);
});

test("[E242] whom one follows, the marks of people out of view, and images on their way have nothing that axe minds", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t, { serviceWorkers: "block" });
  const address = await newDocument(page, server.url);
  await page.keyboard.insertText("a line\n".repeat(200));
  await saveState(page, "Saved");
  const [ben, cai] = [
    await member(t, server, address, "Ben"),
    await member(t, server, address, "Cai"),
  ];
  ben.move(9);
  cai.move(20);
  await page.locator(".cm-people-mark").first().waitFor();
  await judge(page, "people out of view");
  const jump = page.getByRole("button", { name: "Jump to Ben" });
  await jump.click();
  await jump.click();
  await page.getByText("Following Ben, Esc to stop").waitFor();
  await judge(page, "following");
  await page.keyboard.press("Escape");
  await page.route("**/attachments", () => undefined);
  const chooser = page.waitForEvent("filechooser");
  await choose(page, "Insert image…");
  const image = { name: "a photo.png", mimeType: "image/png", buffer: png() };
  await (await chooser).setFiles([image]);
  await page.getByRole("progressbar").waitFor();
  await judge(page, "an image on its way");
});

/** Holds a file over the page. */
function hold(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["text"], "note.txt"));
    return document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true }));
  });
}

test("[E243] a file held over home, what could not be imported, a question for a password, what is deleted and what is damaged have nothing that axe minds", async (t) => {
  const before = await startPageServer(t);
  const page = await person(t);
  await page.goto(before.url);
  await page.getByRole("button", { name: "New document" }).waitFor();
  await hold(page);
  await page.getByText(/^Drop a text/).waitFor();
  await judge(page, "a file is held over home");
  await page.reload();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import a file…" }).click();
  await (await chooser).setFiles({ name: "a.png", mimeType: "image/png", buffer: png() });
  await page.getByRole("alert").filter({ hasText: "Only Markdown" }).waitFor();
  await judge(page, "what cannot be imported");
  await newDocument(page, before.url);
  await saveState(page, "Saved");
  await choose(page, "Delete…");
  await page.getByRole("dialog").waitFor();
  await judge(page, "the question before deleting");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Restore" }).waitFor();
  await judge(page, "what its owner has deleted");
  const { id, editToken, ownerToken: token } = await createDocument(before, { content: TEXT });
  const body = { role: "edit", password: "secret" };
  const link = await answered<CreatedLink>(
    call(before, `/${id}/links`, { method: "POST", token, body }),
    201,
  );
  await page.goto(link.url);
  await page.getByLabel("Password").waitFor();
  await judge(page, "a question for a password");
  await page.goto("about:blank");
  await before.close();
  tamper(before.dataDir, `UPDATE updates SET bytes = ${flip("bytes")}`);
  const server = await startPageServer(t, { dataDir: before.dataDir });
  await page.goto(`${server.url}/d/${id}#${editToken}`);
  await page.getByRole("region", { name: "Damaged document" }).waitFor();
  assert.match(await partsOf(page).save.innerText(), /^Read only/);
  await judge(page, "what is damaged");
});

/** What comes to paper, when, and how often. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf, person, saveState } from "../helpers/browser.ts";
import { choose, writer } from "../helpers/editing.ts";
import { png, upload } from "../helpers/images.ts";
import { previewOf, scene, stubPrinter, visit } from "../helpers/preview.ts";
import { answered } from "../helpers/rest.ts";
import type { Scope } from "../helpers/scope.ts";
import { until } from "../helpers/until.ts";
import type { Attachment } from "#protocol/rest.ts";

/** A text with an image that does not come before it is let go. */
async function withHeldImage(t: Scope) {
  const { server, id, editToken, address } = await scene(t, "# Title\n\n");
  const { url } = await answered<Attachment>(upload(server, id, editToken, png()), 201);
  const page = await person(t);
  const printer = await stubPrinter(page);
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route(`**${url}`, async (route) => {
    onAsked();
    await released;
    // The page may be gone by then.
    await route.continue().catch(() => undefined);
  });
  await writer(page, address);
  await page.keyboard.insertText(`![photo](${url})`);
  await saveState(page, "Saved");
  return { page, printer, asked, release };
}

test("[E215] a key that is held or pressed again prints once, and with the keys of Emacs it is the line above", async (t) => {
  const { page, printer, asked, release } = await withHeldImage(t);
  await page.keyboard.down("Control");
  await page.keyboard.down("p");
  await page.keyboard.down("p");
  await page.keyboard.up("p");
  await page.keyboard.press("p");
  await page.keyboard.up("Control");
  await asked;
  release();
  await printer.printed(1);
  await printer.done();
  assert.equal(await printer.readers(), 1);
  await choose(page, "Emacs");
  await page.locator(".cm-emacsMode, .cm-emacs-cursor, .cm-fat-cursor").first().waitFor();
  await until(async () => {
    await partsOf(page).text.focus();
    return page.evaluate(() => document.activeElement?.matches(".cm-content") === true);
  });
  // More often than there are lines.
  for (let n = 0; n < 5; n++) await page.keyboard.press("Control+p");
  await page.keyboard.type("above ");
  await partsOf(page).text.locator(".cm-line", { hasText: "above" }).first().waitFor();
  assert.equal(await printer.readers(), 1, "nothing was prepared");
  await page.getByRole("button", { name: "Preview" }).focus();
  await page.keyboard.press("Control+p");
  await printer.printed(2);
});

test("[E219] printing waits for what hangs so long and no longer", async (t) => {
  const { page, printer, asked, release } = await withHeldImage(t);
  await page.keyboard.press("Control+p");
  await asked;
  await printer.printed(1);
  release();
});

test("[E214] code is shown and printed as code, and the preview follows the language", async (t) => {
  const { address } = await scene(t, "# no heading\nreturn 1\n", "Python");
  const page = await person(t);
  const { paper, printed } = await stubPrinter(page);
  await visit(page, address);
  await page.keyboard.press("Control+p");
  await printed(1);
  assert.equal(await paper.locator("pre").innerText(), "# no heading\nreturn 1\n");
  await previewOf(page).button.click();
  const { region } = previewOf(page);
  await region.locator(".tok-keyword", { hasText: "return" }).waitFor();
  await region.locator(".tok-comment", { hasText: "# no heading" }).waitFor();
  await choose(page, "Document language");
  await page.getByRole("option", { name: "Markdown" }).click();
  await region.getByRole("heading", { name: "no heading" }).waitFor();
  assert.equal(await region.locator("pre").count(), 0);
});

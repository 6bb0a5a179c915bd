/** The page on a phone: what has room beside what. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { goOffline, goOnline, partsOf, saveState } from "../helpers/browser.ts";
import { writing } from "../helpers/editing.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test("[E239] on a phone the title has the width beside the buttons to itself, and the state stands below it", async (t) => {
  const { page } = await writing(t, "text", PHONE);
  const { title, save } = partsOf(page);
  await title.fill("Meeting notes");
  await saveState(page, "Saved");
  const below = async () => {
    const [upper, lower] = [await title.boundingBox(), await save.boundingBox()];
    return (upper?.y ?? Infinity) + (upper?.height ?? 0) <= (lower?.y ?? 0) + 0.5;
  };
  const isCut = () => title.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
  assert.equal(await isCut(), false);
  assert.equal(await below(), true);
  const height = () => page.locator(".document-header").evaluate((header) => header.clientHeight);
  assert.ok((await height()) <= 48);
  await goOffline(page);
  assert.equal(await isCut(), false);
  assert.equal(await below(), true);
  await goOnline(page);
});

test("[E240] where there are no keys the menu tells of none, and all of it fits on a phone's screen", async (t) => {
  const { page } = await writing(t, "text", PHONE);
  await page.getByRole("button", { name: "More", exact: true }).click();
  const menu = page.getByRole("menu");
  const words = await menu.innerText();
  for (const word of ["Keyboard shortcuts", "Vim", "Ctrl"]) {
    assert.equal(words.includes(word), false, word);
  }
  for (const word of ["Find and replace", "Word", "Make a copy", "Dark", "Deutsch"]) {
    assert.equal(words.includes(word), true, word);
  }
  const fits = await menu.evaluate(
    ({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight + 1,
  );
  assert.ok(fits);
  await page.keyboard.press("Escape");
});

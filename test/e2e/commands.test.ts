import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { goOffline, newDocument, partsOf, person, textIn } from "../helpers/browser.ts";
import { choose, writer, writing } from "../helpers/editing.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { until } from "../helpers/until.ts";

/** As in a browser that does not know the attribute. */
const FORGET_CLOSEDBY = `delete HTMLDialogElement.prototype.closedBy;
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    if (name !== "closedby") setAttribute.call(this, name, value);
  };`;

test("[E149] the palette is opened, searched and used by keyboard, and gives the focus back", async (t) => {
  const { page, stored } = await writing(t, "one");
  await page.keyboard.press("Control+Shift+p");
  const field = page.getByRole("combobox", { name: "Search" });
  await field.waitFor();
  const options = page.getByRole("listbox").getByRole("option");
  assert.ok((await options.count()) > 10);
  await page.keyboard.type("bo");
  await until(async () => (await options.first().innerText()).startsWith("Bold"));
  assert.match(await options.first().innerText(), /Ctrl\+B/);
  const active = await field.getAttribute("aria-activedescendant");
  assert.equal(await options.first().getAttribute("id"), active);
  await page.keyboard.press("Enter");
  await until(async () => (await stored()) === "**one**");
  await page.keyboard.type("!");
  await until(async () => (await stored()) === "**one!**");
  await choose(page, "Command palette");
  await field.fill("zzz");
  await page.getByText("Nothing found").waitFor();
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
});

test("[E150] Ctrl+S says whether it is saved, and gives the text as a file, offline too", async (t) => {
  const { page } = await writing(t, "# Plan: tea\n");
  const notice = page.getByRole("status", { name: "Notice" });
  await page.keyboard.press("Control+s");
  await notice.getByText("Already saved.").waitFor();
  assert.equal(await partsOf(page).text.evaluate((text) => text.matches(":focus")), true);
  await goOffline(page);
  await page.keyboard.type("more");
  await page.keyboard.press("Control+s");
  await notice.getByText(/^Offline/).waitFor();
  // By keyboard: out of the text, and on.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  const downloading = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const file = await downloading;
  assert.equal(file.suggestedFilename(), "Plan tea.md");
  assert.equal(await readFile(await file.path(), "utf8"), "# Plan: tea\nmore");
  await until(() => partsOf(page).text.evaluate((text) => text.matches(":focus")));
});

test("[E151] the language of a document is the same for everybody, and code is written without Markdown's keys", async (t) => {
  const { page: anna, address, stored } = await writing(t, "const tea = 1;");
  const ben = await person(t);
  await writer(ben, address);
  await choose(anna, "Document language");
  await anna.getByRole("combobox", { name: "Search" }).fill("javasc");
  await anna.getByRole("option", { name: "JavaScript" }).waitFor();
  await anna.keyboard.press("Enter");
  for (const page of [anna, ben]) {
    await page.locator(".cm-code").waitFor();
    await until(async () => (await page.locator(".cm-line span").count()) > 0);
    assert.equal(await partsOf(page).text.getAttribute("spellcheck"), "false");
  }
  await ben.keyboard.press("Control+b");
  await ben.keyboard.press("Enter");
  await ben.keyboard.type("'");
  await until(async () => (await stored()) === "const tea = 1;\n''");
  await ben.reload();
  await ben.locator(".cm-code").waitFor();
  await choose(ben, "Document language");
  await ben.getByRole("option", { name: "Markdown" }).click();
  await anna.locator(".cm-code").waitFor({ state: "detached" });
});

test("[E152] words and characters are counted, of the selection if there is one, and as one types", async (t) => {
  const { page } = await writing(t, "我们明天 see you ");
  await choose(page, "Word count");
  const count = page.getByRole("dialog", { name: "Word count" });
  const says = (...numbers: string[]) =>
    until(async () => (await count.locator("dd").allInnerTexts()).join() === numbers.join());
  await says("4", "13");
  await partsOf(page).text.focus();
  await page.keyboard.type("soon");
  await says("5", "17");
  await page.keyboard.press("Control+Shift+ArrowLeft");
  await count.getByText("Of the selection").waitFor();
  await says("1", "4");
  await count.getByRole("button", { name: "Close" }).click();
  await count.waitFor({ state: "detached" });
});

test("[E152] a megabyte is counted as one types; how long the page was busy is printed", async (t) => {
  const { page } = await writing(t, "one two three four five.\n\n".repeat(40_000));
  await choose(page, "Word count");
  const words = page.getByRole("dialog", { name: "Word count" }).locator("dd").first();
  await until(async () => (await words.count()) > 0 && (await words.innerText()) === "200,000");
  await partsOf(page).text.focus();
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { long: times });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) times.push(duration);
    }).observe({ type: "longtask" });
  });
  await page.keyboard.type("more words ", { delay: 20 });
  await until(async () => (await words.innerText()) === "200,002");
  const long = await page.evaluate<number[]>("long");
  t.diagnostic(`long tasks while typing: ${long.map(Math.round).join(", ") || "none"} ms`);
});

test("[E153] the keys are told by the platform's names, and how Tab leaves the text", async (t) => {
  const { page } = await writing(t);
  await choose(page, "Keyboard shortcuts");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  const told = await dialog.innerText();
  for (const words of ["Ctrl+B", "Esc then Tab", "Ctrl+M", "Ctrl+Shift+P", "Alt+click"]) {
    assert.ok(told.includes(words), `${words} in ${told}`);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("[E154] on a phone a toolbar stands below the text while one writes, with one stop for Tab", async (t) => {
  const { page: wide, address, stored } = await writing(t, "one");
  assert.equal(await wide.getByRole("toolbar").count(), 0);
  const phone = await person(t, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await writer(phone, address);
  const toolbar = phone.getByRole("toolbar", { name: "Markdown" });
  await toolbar.getByRole("button", { name: "Bold" }).tap();
  await until(async () => (await stored()) === "**one**");
  assert.equal(await partsOf(phone).text.evaluate((text) => text.matches(":focus")), true);
  await toolbar.getByRole("button", { name: "Undo" }).tap();
  await until(async () => (await stored()) === "one");
  const overflow = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(overflow, false);
  await phone.keyboard.press("Escape");
  await phone.keyboard.press("Tab");
  await phone.keyboard.press("ArrowRight");
  await phone.keyboard.press("ArrowRight");
  await phone.keyboard.press("Enter");
  await until(async () => (await stored()) === "# one");
  assert.equal(await textIn(phone), "# one");
  await partsOf(phone).title.focus();
  await toolbar.waitFor({ state: "hidden" });
});

test("[E230] a dialog goes with its document, and one that is still on its way to a document that was left does not come", async (t) => {
  // Or the worker would answer in place of the route.
  const { page } = await writing(t, "one", { serviceWorkers: "block" });
  const isAt = async (title: string) => {
    await until(async () => (await partsOf(page).title.inputValue()) === title);
    await page.locator(".cm-content[aria-keyshortcuts]").waitFor();
  };
  const copy = async () => {
    await choose(page, "Make a copy");
    await isAt("Copy of one");
  };
  const back = async () => {
    await page.goBack();
    await isAt("");
  };
  await copy();
  await page.keyboard.press("Control+Shift+p");
  await page.getByRole("dialog").waitFor();
  await back();
  assert.equal(await page.getByRole("dialog").count(), 0);
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
  await page.route(/word-count-.*js/, async (route) => {
    isAsked();
    await held;
    await route.continue();
  });
  await copy();
  await choose(page, "Word count");
  await asked;
  await back();
  const coming = page.waitForResponse(/word-count-.*js/);
  letGo();
  // The page has it when it has it a second time.
  await page.evaluate((url) => import(url), (await coming).url());
  assert.equal(await page.getByRole("dialog").count(), 0);
  await choose(page, "Word count");
  await page.getByRole("dialog", { name: "Word count" }).waitFor();
});

test("[E235] a click beside a dialog closes it, also in a browser that does not do so by itself", async (t) => {
  const server = await startPageServer(t);
  for (const isOld of [false, true]) {
    const page = await person(t);
    if (isOld) await page.addInitScript(FORGET_CLOSEDBY);
    await newDocument(page, server.url);
    await choose(page, "Command palette");
    const dialog = page.getByRole("dialog", { name: "Command palette" });
    await dialog.getByRole("combobox").click();
    await dialog.waitFor();
    await page.mouse.click(10, 700);
    await dialog.waitFor({ state: "detached" });
  }
});

/** Going to other people's places, and along with them. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { goOffline, goOnline, newDocument, partsOf, person } from "../helpers/browser.ts";
import { crowd, type Member, member } from "../helpers/crowd.ts";
import { choose } from "../helpers/editing.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { until } from "../helpers/until.ts";

const LINES = Array.from({ length: 300 }, (_, line) => `Line ${line}`);

/** Somebody at the beginning of a long text, and Ben on line 250. */
async function scene(t: TestContext, options: BrowserContextOptions = {}) {
  const server = await startPageServer(t);
  const page = await person(t, options);
  const address = await newDocument(page, server.url);
  const come = (name: string) => member(t, server, address, name);
  const ben = await come("Ben");
  ben.text.insert(0, LINES.join("\n"));
  moveTo(ben, 250);
  await until(async () => (await page.locator(".cm-line").count()) > 5);
  const button = page.getByRole("button", { name: "Jump to Ben" });
  const line = page.getByRole("status", { name: "Following" });
  await page.locator(".cm-people-mark").waitFor();
  return { server, page, address, come, ben, button, line };
}

function moveTo(who: Member, line: number): void {
  who.move(who.text.toString().indexOf(`Line ${line}`));
}

function scrollTop(page: Page): Promise<number> {
  return page.locator(".cm-scroller").evaluate(({ scrollTop: top }) => top);
}

/** Where a line stands, as a share of the height of the text's view; undefined when it is out of view. */
function placeOf(page: Page, line: number): Promise<number | undefined> {
  return page.evaluate((words) => {
    const lines = [...document.querySelectorAll(".cm-line")];
    const found = lines.find(({ textContent }) => textContent === words);
    const view = document.querySelector(".cm-scroller")?.getBoundingClientRect();
    if (!found || !view) return undefined;
    const { top, height } = found.getBoundingClientRect();
    const share = (top + height / 2 - view.top) / view.height;
    return share > 0 && share < 1 ? share : undefined;
  }, `Line ${line}`);
}

function isInView(page: Page, line: number): Promise<boolean> {
  return until(async () => (await placeOf(page, line)) !== undefined, { what: `line ${line}` });
}

test("[E160] a click on an avatar goes to that person's caret and shows its name; a second one follows it", async (t) => {
  const { page, ben, button, line } = await scene(t);
  await button.click();
  await isInView(page, 250);
  const share = (await placeOf(page, 250)) ?? 0;
  assert.ok(Math.abs(share - 0.5) < 0.1, `line 250 is at ${share}`);
  await until(() =>
    page.locator(".cm-person-flag").evaluate((flag) => getComputedStyle(flag).opacity === "1"),
  );
  moveTo(ben, 10);
  await page.locator('.cm-people-mark:has-text("Ben")').waitFor();
  assert.equal(await placeOf(page, 10), undefined);
  await button.click();
  await isInView(page, 10);
  await line.getByText("Following Ben, Esc to stop").waitFor();
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  for (const next of [40, 299, 120]) {
    moveTo(ben, next);
    await isInView(page, next);
  }
  ben.provider.awareness.setLocalStateField("user", { name: "Benjamin" });
  await line.getByText("Following Benjamin, Esc to stop").waitFor();
});

test("[E161] Escape, any key, a click into the text and scrolling by hand each end the following", async (t) => {
  const { page, ben, button, line } = await scene(t);
  const endings = {
    escape: () => page.keyboard.press("Escape"),
    key: () => page.keyboard.press("x"),
    click: () => page.mouse.click(500, 400),
    wheel: async () => {
      await page.mouse.move(500, 400);
      await page.mouse.wheel(0, 40);
    },
    button: () => page.getByRole("button", { name: "Stop following" }).click(),
  };
  const mark = page.locator(".cm-people-mark");
  await button.click();
  await isInView(page, 250);
  await page.keyboard.press("Escape");
  for (const [name, end] of Object.entries(endings)) {
    await mark.waitFor({ state: "detached" });
    await button.click();
    await button.click();
    await until(async () => (await line.innerText()).startsWith("Following Ben"), { what: name });
    await page.keyboard.press("Shift");
    assert.match(await line.innerText(), /^Following Ben/);
    await end();
    await until(async () => (await line.innerText()) === "", { what: name });
    moveTo(ben, 20);
    await mark.waitFor();
    assert.notEqual(await placeOf(page, 250), undefined, `${name}: the view went along`);
    moveTo(ben, 250);
  }
});

test("[E162] when the person leaves, the following ends and the page says so", async (t) => {
  const { page, ben, button, line, come } = await scene(t);
  await button.click();
  await button.click();
  await line.getByText("Following Ben").waitFor();
  ben.destroy();
  await line.getByText("Ben is no longer here.").waitFor();
  await until(async () => (await button.count()) === 0);
  const before = await scrollTop(page);
  const again = await come("Ben");
  moveTo(again, 10);
  await page.locator('.cm-people-mark:has-text("Ben")').waitFor();
  assert.equal(await scrollTop(page), before);
  await until(async () => (await line.innerText()) === "");
});

test("[E163] whoever has no caret gets a sentence, and nothing is followed", async (t) => {
  const { page, come, line } = await scene(t);
  await come("Cai");
  const button = page.getByRole("button", { name: "Jump to Cai" });
  await button.click();
  await page.getByText("Cai has not been in the text yet.").waitFor();
  await button.click();
  assert.equal(await line.innerText(), "");
  assert.equal(await scrollTop(page), 0);
});

test("[E164] on a phone the sheet jumps too, and closes after it; the second time it follows", async (t) => {
  const { page, ben, button, line } = await scene(t, { viewport: { width: 390, height: 844 } });
  const people = page.getByRole("button", { name: "2 people here" });
  await people.click();
  await button.click();
  await isInView(page, 250);
  await until(async () => !(await page.getByRole("dialog", { name: "People" }).isVisible()));
  await people.click();
  await button.click();
  await line.getByText("Following Ben, Esc to stop").waitFor();
  moveTo(ben, 5);
  await isInView(page, 5);
  await page.getByRole("button", { name: "Stop following" }).click();
  await until(async () => (await line.innerText()) === "");
});

test("[E165] of forty people five are shown and the others counted; all are in a sheet that scrolls", async (t) => {
  const { page, come } = await scene(t);
  await crowd(38, come);
  await until(async () => (await partsOf(page).people.count()) === 40);
  const wide = page.locator(".people-wide");
  assert.equal(await wide.getByRole("button", { name: /^Jump to/ }).count(), 5);
  await wide.getByRole("button", { name: "+35, show all 40 people" }).click();
  const sheet = page.getByRole("dialog", { name: "People" });
  const last = sheet.getByRole("listitem").last();
  assert.equal(await sheet.getByRole("button", { name: /^Jump to/ }).count(), 40);
  await last.scrollIntoViewIfNeeded();
  const fits = await sheet.evaluate((dialog) => {
    const { top, bottom } = dialog.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  assert.ok(fits);
  await sheet.getByRole("button", { name: "Jump to Ben" }).click();
  await isInView(page, 250);
  assert.equal(await sheet.isVisible(), false);
});

test("[E231] whoever loses the connection goes on following when it is back, and is told of nobody's leaving by that", async (t) => {
  const { page, ben, button, line } = await scene(t);
  await button.click();
  await button.click();
  await line.getByText("Following Ben, Esc to stop").waitFor();
  await page.evaluate(() => {
    const said = new Set<string>();
    const told = document.querySelector(".following [role=status]") ?? document.body;
    new MutationObserver(() => said.add(told.textContent)).observe(told, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    Object.assign(globalThis, { said });
  });
  await goOffline(page);
  await until(async () => (await button.count()) === 0);
  moveTo(ben, 100);
  await goOnline(page);
  await isInView(page, 100);
  moveTo(ben, 200);
  await isInView(page, 200);
  assert.equal(await line.innerText(), "Following Ben, Esc to stop");
  assert.deepEqual(await page.evaluate("[...said]"), []);
});

test("[E234] what the save state says, whom one follows and the find panel stand below each other, at every width", async (t) => {
  const { page, button, line } = await scene(t);
  const people = page.getByRole("button", { name: "2 people here" });
  for (const width of [1280, 800, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (let click = 0; click < 2; click++) {
      if (width < 900) await people.click();
      await button.click();
    }
    await line.getByText("Following Ben").waitFor();
    await choose(page, "Find and replace");
    await goOffline(page);
    const boxes = await page.evaluate(() =>
      [".title", ".save-state", ".following", ".cm-search"].map((selector) => {
        const { left, right, top, bottom } =
          document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        return { selector, left, right, top, bottom };
      }),
    );
    for (const [index, one] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) {
        const isBeside = one.right <= other.left || other.right <= one.left;
        const isApart = one.bottom <= other.top || other.bottom <= one.top;
        const what = `${one.selector} and ${other.selector}, ${width} wide`;
        assert.ok(isBeside || isApart, what);
      }
    }
    await goOnline(page);
    await page.keyboard.press("Escape");
    await until(async () => (await line.innerText()) === "");
  }
});

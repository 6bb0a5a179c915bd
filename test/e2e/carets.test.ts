/** How other people are drawn in the text and beside it. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { BrowserContextOptions, Locator } from "playwright-core";
import { newDocument, partsOf, person, textIn } from "../helpers/browser.ts";
import { member } from "../helpers/crowd.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { until } from "../helpers/until.ts";

const LONG = "Maximiliane von und zu Hohenstein-Lichtenberg-Wolkenstein";

/** The editor draws what is selected in the next frame. */
const DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

async function scene(t: TestContext, text: string, options: BrowserContextOptions = {}) {
  const server = await startPageServer(t);
  const page = await person(t, options);
  const address = await newDocument(page, server.url);
  const come = (name: string) => member(t, server, address, name);
  const ben = await come("Ben");
  ben.text.insert(0, text);
  await until(async () => (await textIn(page)).startsWith(text.slice(0, 40)));
  return { server, page, address, come, ben };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** On the screen, by rows. */
async function boxesOf(elements: Locator): Promise<readonly Box[]> {
  const boxes = await elements.evaluateAll((found) =>
    found.map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { left, top, right, bottom };
    }),
  );
  return boxes.toSorted((a, b) => a.top - b.top || a.left - b.left);
}

function opacityOf(flag: Locator): Promise<string> {
  return flag.evaluate((element) => getComputedStyle(element).opacity);
}

/** Of the strip's height, where a mark stands. */
function shareOf(mark: Locator): Promise<number> {
  return mark.evaluate((element) => {
    const strip = element.parentElement?.getBoundingClientRect();
    const { top, height } = element.getBoundingClientRect();
    return (top + height / 2 - (strip?.top ?? 0)) / (strip?.height ?? 1);
  });
}

function directionOf(element: Locator): Promise<string> {
  return element.evaluate((each) => getComputedStyle(each).direction);
}

test("[E167] who is out of view has a mark at the right edge, at the place in the document, also where lines wrap; a click goes there", async (t) => {
  const paragraph = "word ".repeat(8000);
  const { page, ben, come } = await scene(t, `${paragraph}\nend`);
  const marks = page.locator(".cm-people-mark");
  const height = await page.locator(".cm-scroller").evaluate(({ clientHeight }) => clientHeight);
  ben.move(paragraph.length / 2);
  await marks.waitFor();
  assert.ok(Math.abs((await shareOf(marks)) - 0.5) < 0.05, `at ${await shareOf(marks)}`);
  const cai = await come("Cai");
  cai.move(paragraph.length / 2);
  await until(async () => (await marks.count()) === 2);
  const [upper, lower] = await boxesOf(marks);
  assert.ok((upper?.bottom ?? Infinity) <= (lower?.top ?? 0));
  await marks.filter({ hasText: "Ben" }).hover();
  assert.ok(await marks.filter({ hasText: "Ben" }).getByText("Ben").isVisible());
  await marks.filter({ hasText: "Ben" }).click();
  await until(async () => (await marks.count()) === 0);
  const [caret] = await boxesOf(page.locator(".cm-person-caret"));
  assert.ok(Math.abs((caret?.top ?? 0) - height / 2) < height / 4);
  assert.equal(await page.locator(".cm-people-strip").getAttribute("aria-hidden"), "true");
});

test("[E169] no name is cut off: not on the first line, not at the edges, however long it is", async (t) => {
  const line = "x".repeat(200);
  const text = Array.from({ length: 60 }, () => line).join("\n");
  const { page, ben } = await scene(t, text, { viewport: { width: 390, height: 600 } });
  const flag = partsOf(page).flags;
  const view = page.locator(".cm-scroller");
  for (const name of ["B", LONG]) {
    ben.provider.awareness.setLocalStateField("user", { name });
    for (const index of [0, 10, 20, 30, 40, 199]) {
      for (const scrolled of [0, 40]) {
        await view.evaluate((element, top) => (element.scrollTop = top), scrolled);
        ben.move(index === 0 ? 1 : 0);
        ben.move(index);
        await until(
          async () => (await flag.innerText()) === name && (await opacityOf(flag)) === "1",
        );
        await assertInside(flag, view, `${name} at ${index}, scrolled by ${scrolled}`);
      }
    }
  }
});

async function assertInside(flag: Locator, view: Locator, what: string): Promise<void> {
  // The caret is drawn a frame after its person has moved.
  await until(
    async () => {
      const [[inner], [outer]] = [await boxesOf(flag), await boxesOf(view)];
      if (!inner || !outer) return false;
      const isWide = inner.left >= outer.left && inner.right <= outer.right;
      return isWide && inner.top >= outer.top && inner.bottom <= outer.bottom;
    },
    { what, timeoutMs: 2000 },
  );
}

test("[E170] other people's selections cover exactly what their own do, over wrapped lines and both directions", async (t) => {
  const text = `A first line.\n${"a long one that wraps ".repeat(12)}\nשלום עולם and English, عربي too\nlast`;
  const { page: anna, address } = await scene(t, text);
  const cai = await person(t);
  await cai.goto(address);
  await partsOf(cai).text.locator(".cm-line").nth(3).waitFor();
  const own = anna.locator(".cm-selectionBackground");
  const others = cai.locator(".cm-person-selection");
  await partsOf(anna).text.locator(".cm-line").first().click();
  await anna.keyboard.press("Control+Home");
  for (let step = 0; step < 6; step++) {
    for (let key = 0; key < 4; key++) await anna.keyboard.press("Shift+Control+ArrowRight");
    if (step % 2) await anna.keyboard.press("Shift+ArrowDown");
    await anna.evaluate(DRAWN);
    const expected = JSON.stringify(await boxesOf(own));
    await until(async () => JSON.stringify(await boxesOf(others)) === expected, {
      what: `the selection after step ${step}, ${expected}`,
      timeoutMs: 3000,
    });
  }
});

test("[E171] arrow keys pass other people's carets as if nothing were there", async (t) => {
  const { page, ben, come } = await scene(t, "abcd\nefgh");
  const cai = await come("Cai");
  ben.move(2);
  cai.move(2, 7);
  await until(async () => (await partsOf(page).flags.count()) === 2);
  await partsOf(page).text.locator(".cm-line").first().click();
  await page.keyboard.press("Control+Home");
  for (let key = 0; key < 2; key++) await page.keyboard.press("ArrowRight");
  await page.keyboard.type("1");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.type("2");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type("3");
  assert.equal(await textIn(page), "a1c2d\ne3fgh");
});

test("[E172] a name shows for two seconds after a move, and under the pointer; a new colour or name shows at once", async (t) => {
  const { page, ben } = await scene(t, "some words\nand more");
  const flag = partsOf(page).flags;
  ben.move(4);
  await until(async () => (await opacityOf(flag)) === "1");
  const since = performance.now();
  await until(async () => (await opacityOf(flag)) === "0");
  const shownFor = performance.now() - since;
  assert.ok(shownFor > 1700 && shownFor < 3500, `shown for ${shownFor} ms`);
  const [caret] = await boxesOf(page.locator(".cm-person-caret"));
  await page.mouse.move((caret?.left ?? 0) + 2, (caret?.top ?? 0) + 8);
  await until(async () => (await opacityOf(flag)) === "1");
  await page.mouse.move(700, 500);
  await until(async () => (await opacityOf(flag)) === "0");
  ben.provider.awareness.setLocalStateField("user", { name: "Benno", color: "rgb(1, 2, 3)" });
  await until(async () => (await flag.textContent()) === "Benno");
  const color = await flag.evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.equal(color, "rgb(1, 2, 3)");
});

test("[E173] names of any direction stand as they are written wherever they are shown, and an item of the list is called by the name alone", async (t) => {
  const { page, ben } = await scene(t, "text\n".repeat(99));
  const name = "محمد (Mo)";
  ben.provider.awareness.setLocalStateField("user", { name });
  ben.move(3);
  const flag = partsOf(page).flags;
  await until(async () => (await flag.textContent()) === name);
  const item = partsOf(page).people.nth(1);
  assert.equal(await item.locator(".avatar-name").innerText(), name);
  assert.match(await item.ariaSnapshot(), /^- listitem:\n.*\n  - text: محمد \(Mo\)$/);
  assert.equal(await directionOf(flag), "rtl");
  assert.equal(await directionOf(item.locator("bdi")), "rtl");
  ben.move(480);
  const mark = page.locator(".cm-people-mark span");
  await mark.waitFor({ state: "attached" });
  assert.equal(await directionOf(mark), "rtl");
  const button = page.getByRole("button", { name: `Jump to \u2068${name}\u2069` });
  assert.equal(await button.count(), 1);
});

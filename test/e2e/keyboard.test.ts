/** The page without a mouse, with other colours, without motion, twice as large, and under a thumb. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { CreatedLink } from "#protocol/rest.ts";
import {
  goOffline,
  goOnline,
  newDocument,
  partsOf,
  person,
  saveState,
  shareOf,
} from "../helpers/browser.ts";
import { choose } from "../helpers/editing.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { answered, call } from "../helpers/rest.ts";
import { until } from "../helpers/until.ts";
import { createDocument, type TestServer } from "../helpers/server.ts";

/** Whatever can be used. */
const CONTROLS =
  "a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable='true']";

interface Place {
  readonly name: string;
  /** By an outline, or in the text by its caret. */
  readonly isSeen: boolean;
}

/** The controls that one can see, each by a name, in the order of the page. */
function controlsOf(page: Page, within = "body"): Promise<string[]> {
  return page.evaluate(
    ([root, selector]) => {
      return [...document.querySelectorAll<HTMLElement>(`${root} :is(${selector})`)]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .filter((element) => element.tabIndex >= 0 && !element.closest("[inert]"))
        .map((each) => `${each.tagName} ${each.getAttribute("aria-label") ?? each.textContent}`);
    },
    [within, CONTROLS] as const,
  );
}

function placeOf(page: Page): Promise<Place> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const name = `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent}`;
    const editor = element.closest(".cm-editor");
    const styles = [element, ...(editor ? [editor] : [])].map((each) => getComputedStyle(each));
    const hasOutline = styles.some(
      ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    );
    const caret = editor?.querySelector(".cm-cursor");
    return { name, isSeen: hasOutline || (caret?.checkVisibility() ?? false) };
  });
}

/** Goes through all of them by Tab, until it comes round. */
async function walk(page: Page, within?: string): Promise<void> {
  const controls = await controlsOf(page, within);
  const missed = new Set(controls);
  // The way round leads once through the browser itself.
  for (let step = 0; step < controls.length + 3; step += 1) {
    // In the text Tab may mean something else; after Escape it always leads on.
    if ((await placeOf(page)).name.includes("Document text")) await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    const { name, isSeen } = await placeOf(page);
    if (!missed.delete(name) || isSeen) continue;
    // CodeMirror draws its caret a moment later.
    assert.match(name, /Document text/, "the focus is not seen");
    await until(async () => (await placeOf(page)).isSeen);
  }
  assert.deepEqual([...missed], []);
}

/** What a reader opens. */
async function readersLink(server: TestServer): Promise<string> {
  const { id, ownerToken: token } = await createDocument(server, { content: "# Notes\n\nto read" });
  const given = { method: "POST", token, body: { role: "view" } };
  return (await answered<CreatedLink>(call(server, `/${id}/links`, given), 201)).url;
}

test("[E206] by Tab alone everything can be reached on home, in a document, read only or not, and in a dialog; the focus is seen, and nothing holds it", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await page.keyboard.type("Notes");
  await saveState(page, "Saved");
  await walk(page);
  await partsOf(page).share.click();
  await shareOf(page).links.first().waitFor();
  await walk(page, "dialog[open]");
  await page.goto(server.url);
  await page.getByRole("list", { name: "Recent documents" }).waitFor();
  await walk(page);
  await page.goto(await readersLink(server));
  await saveState(page, "Read only");
  await walk(page);
});

test("[E207] the menu is used by keyboard: arrows and letters lead, Escape goes back to its button", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await page.getByRole("button", { name: "More" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("End");
  assert.ok((await placeOf(page)).isSeen);
  await page.keyboard.press("l");
  await page.keyboard.press("Enter");
  await page.locator("html[data-theme=light]").waitFor();
  assert.match((await placeOf(page)).name, /More/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("menu").count(), 0);
  assert.match((await placeOf(page)).name, /More/);
});

test("[E208] whoever asks for less motion sees none", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t, { reducedMotion: "reduce" });
  const address = await newDocument(page, server.url);
  const other = await person(t);
  await other.goto(address);
  await partsOf(other).text.click();
  await other.keyboard.type("here");
  await partsOf(page).flags.waitFor();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menu").waitFor();
  const moving = await page.evaluate(() => {
    return [...document.querySelectorAll("*")]
      .filter((element) => {
        const { transitionDuration, animationDuration } = getComputedStyle(element);
        const times = `${transitionDuration},${animationDuration}`.split(",");
        return Math.max(...times.map(parseFloat)) > 0.001;
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 99));
  });
  assert.deepEqual(moving, []);
});

test("[E209] in the system's own colours the focus, the carets, the selection, what was found and the buttons are still to be seen", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t, { forcedColors: "active" });
  const address = await newDocument(page, server.url);
  await page.keyboard.type("some words");
  const other = await person(t);
  await other.goto(address);
  await partsOf(other).text.getByText("some words").click();
  await page.keyboard.press("Control+a");
  await page.locator(".cm-selectionBackground").first().waitFor();
  await page.locator(".cm-person-caret").waitFor({ state: "attached" });
  const paintsOf = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { backgroundColor, borderStyle, outlineStyle } = getComputedStyle(element);
        const probe = document.body.appendChild(document.createElement("div"));
        probe.style.background = "Canvas";
        const isPainted = backgroundColor !== getComputedStyle(probe).backgroundColor;
        probe.remove();
        return {
          isPainted,
          hasBorder: borderStyle !== "none",
          hasOutline: outlineStyle !== "none",
        };
      });
  assert.ok((await paintsOf(".cm-person-caret")).isPainted);
  assert.ok((await paintsOf(".cm-selectionBackground")).isPainted);
  assert.ok((await paintsOf(".avatar-picture")).isPainted);
  assert.ok((await paintsOf(".share")).hasBorder);
  await page.getByRole("button", { name: "More" }).focus();
  await page.keyboard.press("Enter");
  assert.ok((await paintsOf("[role^=menuitem]:focus")).hasOutline);
  await page.keyboard.press("Escape");
  await choose(page, "Find and replace");
  await page.getByRole("textbox", { name: "Find" }).fill("");
  await page.getByRole("textbox", { name: "Find" }).pressSequentially("words");
  await page.locator(".cm-searchMatch").waitFor();
  assert.ok((await paintsOf(".cm-searchMatch")).hasOutline);
  await page.keyboard.press("Escape");
  await choose(page, "Vim");
  await partsOf(page).text.focus();
  await page.locator(".cm-fat-cursor").waitFor();
  assert.ok((await paintsOf(".cm-fat-cursor")).isPainted);
});

/** Half of a small screen, which is that screen at 200 %; and the narrowest that WCAG names. */
const SIZES = [
  { width: 640, height: 360 },
  { width: 320, height: 256 },
];

/** Every control comes into the window, and nothing needs sideways scrolling. */
async function fits(page: Page, state: string, within = "body"): Promise<void> {
  const cut = await page.evaluate(
    ([root, selector]) => {
      const elements = [...document.querySelectorAll<HTMLElement>(`${root} :is(${selector})`)]
        .filter((element) => element.checkVisibility() && element.tabIndex >= 0)
        .filter((element) => {
          element.scrollIntoView({ block: "nearest" });
          const { left, right, top, bottom } = element.getBoundingClientRect();
          const isBeside = left < -0.5 || right > innerWidth + 0.5;
          // The text scrolls by itself.
          if (element.matches(".cm-content")) return isBeside;
          return isBeside || top < -0.5 || bottom > innerHeight + 0.5;
        })
        .map(({ outerHTML }) => outerHTML.slice(0, 99));
      const isWide = document.documentElement.scrollWidth > innerWidth;
      return isWide ? [...elements, "the page scrolls sideways"] : elements;
    },
    [within, CONTROLS] as const,
  );
  assert.deepEqual(cut, [], state);
}

test("[E210] at 200 % and on the narrowest screen nothing is lost, and nothing scrolls sideways", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t, { deviceScaleFactor: 2 });
  for (const size of SIZES) {
    await page.setViewportSize(size);
    const state = `${size.width} wide`;
    await newDocument(page, server.url);
    await partsOf(page).title.fill("A rather long title of a document, as people give them");
    await saveState(page, "Saved");
    await fits(page, `${state}, a document`);
    await partsOf(page).share.click();
    await shareOf(page).dialog.getByText("More options").click();
    await shareOf(page).links.first().waitFor();
    await fits(page, `${state}, the share dialog`, "dialog[open]");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "More" }).click();
    await fits(page, `${state}, the menu`, "[role=menu]");
    await page.keyboard.press("Escape");
    await goOffline(page);
    await partsOf(page).text.click();
    await page.keyboard.type("x");
    await saveState(page, "Offline – 1 change kept on this device");
    const { scrollWidth, clientWidth } = await partsOf(page).save.evaluate(
      ({ scrollWidth: content, clientWidth: room }) => ({
        scrollWidth: content,
        clientWidth: room,
      }),
    );
    assert.ok(scrollWidth <= clientWidth, `${state}: the save state is cut off`);
    await goOnline(page);
    await page.goto(server.url);
    await page.getByRole("list", { name: "Recent documents" }).waitFor();
    await fits(page, `${state}, home`);
  }
});

/** Whatever can be pressed and is less high or wide than that, in pixels. */
function tooSmall(page: Page, least = 24, within = "body"): Promise<string[]> {
  return page.evaluate(
    ([root, selector, wanted]) =>
      [...document.querySelectorAll<HTMLElement>(`${root} :is(${selector})`)]
        .filter((element) => element.checkVisibility())
        .filter((element) => {
          const target = element.closest("label") ?? element;
          const { width, height } = target.getBoundingClientRect();
          return Math.min(width, height) < wanted;
        })
        .map(({ outerHTML }) => outerHTML.slice(0, 99)),
    [within, CONTROLS, least] as const,
  );
}

test("[E211] whatever can be pressed is 24 pixels high and wide at least, and 44 in the toolbar of a phone", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await newDocument(page, server.url);
  await page.keyboard.type("Notes");
  await saveState(page, "Saved");
  assert.deepEqual(await tooSmall(page), []);
  await page.getByRole("toolbar").waitFor();
  assert.deepEqual(await tooSmall(page, 44, "[role=toolbar]"), []);
  await page.keyboard.press("Control+f");
  assert.deepEqual(await tooSmall(page), []);
  await page.keyboard.press("Escape");
  await partsOf(page).share.click();
  await shareOf(page).dialog.getByText("More options").click();
  await shareOf(page).links.first().waitFor();
  assert.deepEqual(await tooSmall(page), []);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "1 person here" }).click();
  assert.deepEqual(await tooSmall(page), []);
  await page.goto(server.url);
  await page.getByRole("list", { name: "Recent documents" }).waitFor();
  assert.deepEqual(await tooSmall(page), []);
});

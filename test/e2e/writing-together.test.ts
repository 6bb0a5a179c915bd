import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { newDocument, partsOf, person, saveState, textIn } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { until } from "../helpers/until.ts";

const CLOCK = "performance.timeOrigin + performance.now()";

/** Keeps the time of each key pressed in a page, by the browser's own clock. */
const WATCH_KEYS = `globalThis.times = [];
  addEventListener("keydown", () => times.push(${CLOCK}), true);`;

/** Keeps the time at which the text became one character longer. */
const WATCH_TEXT = `globalThis.times = [];
  const content = document.querySelector(".cm-content");
  new MutationObserver(() => {
    while (times.length < content.textContent.length) times.push(${CLOCK});
  }).observe(content, { childList: true, subtree: true, characterData: true });`;

/** Milliseconds from each key in one page to its character in the other, sorted. */
async function latencies(writer: Page, reader: Page, keys: number): Promise<number[]> {
  await reader.evaluate(WATCH_TEXT);
  await writer.evaluate(WATCH_KEYS);
  for (let key = 1; key <= keys; key++) {
    await writer.keyboard.press("x");
    await until(() => reader.evaluate<boolean>(`times.length >= ${key}`));
  }
  const pressed = await writer.evaluate<number[]>("times");
  const seen = await reader.evaluate<number[]>("times");
  return pressed.map((time, key) => (seen[key] ?? 0) - time).toSorted((a, b) => a - b);
}

test("[E1] one button makes a document; the address bar holds the edit link and never the owner's", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const address = new URL(await newDocument(page, server.url));
  assert.match(address.pathname, /^\/d\/[\w-]{21,}$/);
  const id = address.pathname.slice(3);
  const token = address.hash.slice(1);
  const metadata = await fetch(`${server.url}/api/documents/${id}?token=${token}`);
  assert.equal(((await metadata.json()) as { role: string }).role, "edit");
  await page.keyboard.type("# Hello");
  await saveState(page, "Saved");
  await until(async () => {
    const text = await fetch(`${server.url}/api/documents/${id}/export?format=txt&token=${token}`);
    return (await text.text()) === "# Hello";
  });
});

test("[E2] two people see each other's text, names and carets, and see each other go", async (t) => {
  const server = await startPageServer(t);
  const anna = await person(t);
  const ben = await person(t);
  const address = await newDocument(anna, server.url);
  await ben.goto(address);
  await partsOf(ben).text.click();
  await partsOf(anna).name.fill("Anna");
  await partsOf(anna).name.press("Enter");
  await partsOf(anna).text.click();
  await anna.keyboard.type("Dear Ben,");
  await until(async () => (await textIn(ben)) === "Dear Ben,");
  await partsOf(ben).flags.filter({ hasText: "Anna" }).waitFor();
  await until(async () => (await partsOf(anna).people.count()) === 2);
  assert.match((await partsOf(anna).people.first().innerText()) ?? "", /Anna \(you\)/);
  await until(async () => /Anna$/m.test((await partsOf(ben).people.allInnerTexts()).join("\n")));
  await ben.keyboard.press("Control+End");
  await ben.keyboard.type(" hello back");
  await until(async () => (await textIn(anna)) === "Dear Ben, hello back");
  await anna.close();
  await until(async () => (await partsOf(ben).people.count()) === 1);
  await until(async () => (await partsOf(ben).flags.count()) === 0);
});

test("[E3] a key typed in one browser is seen in the other; how fast is printed", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  await ben.goto(await newDocument(anna, server.url));
  await partsOf(ben).text.waitFor();
  await partsOf(anna).text.click();
  const sorted = await latencies(anna, ben, 60);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]?.toFixed(1);
  t.diagnostic(`key to other browser: median ${at(0.5)} ms, p95 ${at(0.95)} ms`);
  assert.equal(await textIn(ben), "x".repeat(60));
});

test("[E4] the title is edited in place, seen by all, and names the page", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  await ben.goto(await newDocument(anna, server.url));
  await partsOf(anna).text.click();
  await anna.keyboard.type("# From the text");
  await until(async () => (await ben.title()) === "From the text – Quire");
  await until(async () => (await partsOf(ben).title.inputValue()) === "");
  await partsOf(anna).title.fill("Chosen");
  await partsOf(anna).title.press("Enter");
  await until(async () => (await partsOf(ben).title.inputValue()) === "Chosen");
  await until(async () => (await ben.title()) === "Chosen – Quire");
  await partsOf(ben).title.fill("");
  await partsOf(ben).title.press("Enter");
  await until(async () => (await anna.title()) === "From the text – Quire");
});

test("[E5] undo takes back one's own writing and nobody else's", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  await ben.goto(await newDocument(anna, server.url));
  await partsOf(anna).text.click();
  await anna.keyboard.type("anna ");
  await until(async () => (await textIn(ben)) === "anna ");
  await partsOf(ben).text.click();
  await ben.keyboard.press("Control+End");
  await ben.keyboard.type("ben");
  await until(async () => (await textIn(anna)) === "anna ben");
  await anna.keyboard.press("Control+z");
  await until(async () => (await textIn(ben)) === "ben");
  await anna.keyboard.press("Control+y");
  await until(async () => (await textIn(ben)) === "anna ben");
});

test("[E6] a rename shows at once, in the list and on the caret, and is remembered", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  await ben.goto(await newDocument(anna, server.url));
  await partsOf(anna).text.click();
  await anna.keyboard.type("x");
  await partsOf(ben).flags.first().waitFor({ state: "attached" });
  await partsOf(anna).name.fill("Renamed");
  await partsOf(anna).name.press("Enter");
  await until(async () => (await partsOf(ben).flags.first().innerText()) === "Renamed");
  await until(async () => /Renamed$/m.test((await partsOf(ben).people.allInnerTexts()).join("\n")));
  await anna.reload();
  await until(async () => (await partsOf(anna).name.inputValue()) === "Renamed");
});

test("[E7] on a phone the people are a count that opens a sheet with the list and the name", async (t) => {
  const server = await startPageServer(t);
  const phone = await person(t, { viewport: { width: 390, height: 844 } });
  await newDocument(phone, server.url);
  assert.equal(await partsOf(phone).name.isVisible(), false);
  await phone.getByRole("button", { name: "1 person here" }).click();
  await partsOf(phone).name.fill("Pocket");
  await partsOf(phone).name.press("Enter");
  await until(async () =>
    /Pocket \(you\)/.test((await partsOf(phone).people.allInnerTexts()).join()),
  );
  const overflow = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(overflow, false);
});

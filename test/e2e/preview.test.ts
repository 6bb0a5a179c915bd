/** The preview beside the text: what it follows, draws, and lets be ticked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { CreatedLink } from "#protocol/rest.ts";
import { builtPage } from "../../server/rest/page.ts";
import { readManifest } from "../../web/build-manifest.ts";
import { newDocument, partsOf, person, textIn } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { previewOf, reads, scene, stubPrinter, visit } from "../helpers/preview.ts";
import { ROOT } from "../helpers/program.ts";
import { answered, call } from "../helpers/rest.ts";
import { until } from "../helpers/until.ts";

test("[E100] the preview shows what somebody else types, says when there is nothing, and is remembered", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  const address = await newDocument(anna, server.url);
  await ben.goto(address);
  const { button, region } = previewOf(ben);
  assert.equal(await button.getAttribute("aria-pressed"), "false");
  await button.click();
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  await region.getByText("What you write is shown here.").waitFor();
  await partsOf(anna).text.click();
  await anna.keyboard.type("# Tea\n\nfor **nine**");
  await region.getByRole("heading", { name: "Tea", level: 1 }).waitFor();
  await region.locator("strong", { hasText: "nine" }).waitFor();
  await region.getByText("What you write is shown here.").waitFor({ state: "hidden" });
  await ben.reload();
  await region.getByRole("heading", { name: "Tea" }).waitFor();
  await button.click();
  await region.waitFor({ state: "detached" });
});

test("[E101] it follows while somebody writes without a pause, and what has not changed stays the same element", async (t) => {
  const { address } = await scene(t, "# Start\n\nkept\n\n- [ ] task\n");
  const page = await person(t);
  const region = await reads(page, address);
  const kept = await region.getByText("kept").elementHandle();
  await partsOf(page).text.locator(".cm-line").first().click();
  await page.keyboard.press("Home");
  // Never as long as a pause; each letter a change.
  const stop = await page.evaluateHandle(`(() => {
    globalThis.typing = setInterval(() => document.execCommand("insertText", false, "k"), 40);
    return () => clearInterval(globalThis.typing);
  })()`);
  await region.getByText(/k{20}/).waitFor();
  await stop.evaluate((end: unknown) => (end as () => void)());
  assert.equal(await kept?.evaluate((element) => element.isConnected), true);
});

test("[E102] a click on a box writes that very box into everybody's text, whatever came before it meanwhile", async (t) => {
  const { address } = await scene(t, "- [ ] one\n- [ ] two\n- [x] three\n");
  const [anna, ben] = [await person(t), await person(t)];
  await visit(anna, address);
  const region = await reads(ben, address);
  await region.getByRole("checkbox", { name: "two" }).check();
  await until(async () => (await textIn(anna)).includes("- [ ] one\n- [x] two\n- [x] three"));
  await partsOf(anna).text.locator(".cm-line").first().click();
  await anna.keyboard.press("Control+Home");
  // Before the preview has read it.
  await anna.keyboard.insertText("above\n\n");
  await region.getByRole("checkbox", { name: "three" }).click();
  await until(async () => (await textIn(anna)).endsWith("- [ ] one\n- [x] two\n- [ ] three\n"));
  await region.getByRole("checkbox", { name: "one" }).focus();
  await ben.keyboard.press("Space");
  await until(async () => (await textIn(anna)).includes("- [x] one"));
  await until(() =>
    ben.evaluate(() => document.activeElement?.getAttribute("aria-label") === "one"),
  );
});

test("[E103] who only reads sees the boxes and ticks none", async (t) => {
  const { server, id, ownerToken: token } = await scene(t, "- [ ] one\n");
  const body = { role: "view" };
  const link = await answered<CreatedLink>(
    call(server, `/${id}/links`, { method: "POST", token, body }),
    201,
  );
  const page = await person(t);
  await page.goto(link.url);
  await previewOf(page).button.click();
  const box = previewOf(page).region.getByRole("checkbox", { name: "one" });
  await box.waitFor();
  assert.equal(await box.isDisabled(), true);
});

const DRAWN = [
  "Euler: $e^{i\\pi}=-1$ and $\\nonsense$",
  "```python\ndef tea(): return 1  # why\n```",
  "```mermaid\nflowchart LR\n  A[Start] --> B[End]\n```",
  "```mermaid\nflowchart nonsense\n```",
].join("\n\n");

/** What draws these, by the files of the build. */
const PACKAGES = [
  "katex/dist/katex.mjs",
  "mermaid/dist/mermaid.core.mjs",
  "@codemirror/lang-python/dist/index.js",
];

async function filesOfPackages(): Promise<string[]> {
  const manifest = await readManifest(builtPage(`${ROOT}/web/dist`));
  return PACKAGES.map((name) => {
    const chunk = manifest[`../node_modules/${name}`];
    assert.ok(chunk, `${name} is a chunk of its own`);
    return `/${chunk.file}`;
  });
}

test("[E104] formulas, diagrams and code are drawn, by what is fetched when it is used; diagrams follow the theme", async (t) => {
  const { address } = await scene(t, "plain\n");
  const page = await person(t);
  const files = await filesOfPackages();
  const asked = new Set<string>();
  page.on("request", (request) => asked.add(new URL(request.url()).pathname));
  const fetched = () => files.filter((file) => asked.has(file));
  const region = await reads(page, address);
  await region.getByText("plain").waitFor();
  assert.deepEqual(fetched(), []);
  await partsOf(page).text.click();
  await page.keyboard.insertText(`${DRAWN}\n\n`);
  await region.locator(".katex-html").first().waitFor();
  await region.locator(".katex-error, .katex [style*=color]").first().waitFor();
  await region.locator(".tok-keyword", { hasText: "def" }).waitFor();
  const diagram = region.getByRole("img", { name: /^Diagram: flowchart LR/ });
  await diagram.waitFor({ timeout: 30_000 });
  await region.getByText("flowchart nonsense").waitFor();
  assert.deepEqual(fetched(), files);
  const light = await diagram.getAttribute("src");
  assert.match(decodeURIComponent(light ?? ""), /Start/);
  assert.ok(((await diagram.boundingBox())?.height ?? 0) > 20);
  await page.emulateMedia({ colorScheme: "dark" });
  await until(async () => (await diagram.getAttribute("src")) !== light);
});

/** Two hundred paragraphs of a line each, and half as many headings. */
const LONG = Array.from({ length: 200 }, (_, n) =>
  n % 2 ? `Paragraph ${n} ${"with some words ".repeat(12)}` : `# Heading ${n}`,
).join("\n\n");

/** The first of these that is not above the window of what scrolls. */
function topmost(page: Page, selector: string, scroller: string): Promise<number> {
  return page.evaluate(
    ([inner, outer]) => {
      const edge = document.querySelector(outer ?? "")?.getBoundingClientRect().top ?? 0;
      const all = [...document.querySelectorAll(inner ?? "")];
      const first = all.find(
        (each) => /\d/.test(each.textContent) && each.getBoundingClientRect().bottom > edge + 4,
      );
      return Number(/\d+/.exec(first?.textContent ?? "")?.[0] ?? Number.NaN);
    },
    [selector, scroller],
  );
}

async function agree(page: Page, least: number): Promise<void> {
  await until(
    async () => {
      const text = await topmost(page, ".cm-line", ".cm-scroller");
      const shown = await topmost(page, ".preview h1, .preview p", ".preview");
      return shown >= least && Math.abs(text - shown) <= 3;
    },
    { what: "both show the same lines" },
  );
}

test("[E105] text and preview scroll together, each taking the other along", async (t) => {
  const { address } = await scene(t, LONG);
  const page = await person(t, { viewport: { width: 1280, height: 720 } });
  const region = await reads(page, address);
  await region.getByText("Paragraph 199").waitFor({ state: "attached" });
  await page.mouse.move(200, 400);
  await page.mouse.wheel(0, 4000);
  await agree(page, 20);
  await page.mouse.move(1000, 400);
  await page.mouse.wheel(0, 3000);
  await agree(page, 40);
  await page.mouse.wheel(0, -100_000);
  await until(() => page.evaluate(() => document.querySelector(".cm-scroller")?.scrollTop === 0));
});

const WIDE = `| ${"a long heading | ".repeat(12)}\n|${"-|".repeat(12)}\n| ${"cell | ".repeat(12)}\n`;

test("[E106] on a phone it takes the place of the text, and a wide table scrolls in itself", async (t) => {
  const { address } = await scene(t, WIDE);
  const page = await person(t, { viewport: { width: 390, height: 844 } });
  const region = await reads(page, address);
  await partsOf(page).text.waitFor({ state: "hidden" });
  await region.getByRole("table").waitFor();
  const overflow = await region.evaluate((element) => {
    const table = element.querySelector("table");
    return [element.scrollWidth - element.clientWidth, (table?.scrollWidth ?? 0) > 390];
  });
  assert.deepEqual(overflow, [0, true]);
  await previewOf(page).button.click();
  await partsOf(page).text.waitFor();
});

test("[E107] paper has the rendered text alone, whether the preview is open or not", async (t) => {
  const { address } = await scene(t, `# Title\n\n${DRAWN}\n`);
  const page = await person(t, { colorScheme: "dark" });
  const { paper, printed, done } = await stubPrinter(page);
  await visit(page, address);
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await paper.getByText("# Title").waitFor();
  await done();
  await paper.waitFor({ state: "detached" });
  await page.emulateMedia({ media: "screen" });
  await previewOf(page).button.click();
  // As long as it takes to fetch what draws it: a printer would not wait so long.
  await previewOf(page).region.locator("img.diagram").waitFor({ timeout: 30_000 });
  for (const wanted of [1, 2]) {
    await page.keyboard.press("Control+p");
    await printed(wanted);
    await page.emulateMedia({ media: "print" });
    assert.equal(await paper.getByRole("heading", { name: "Title" }).isVisible(), true);
    assert.equal(await paper.locator(".katex-html").first().isVisible(), true);
    assert.equal(await paper.locator("img.diagram").isVisible(), true);
    assert.equal(await partsOf(page).text.isVisible(), false);
    assert.equal(await page.locator(".preview").isVisible(), false);
    assert.equal(await page.locator("header").isVisible(), false);
    await page.emulateMedia({ media: "screen" });
    await done();
    if (wanted === 1) await previewOf(page).button.click();
  }
  await previewOf(page).region.waitFor({ state: "detached" });
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await paper.locator(".katex-html").first().isVisible(), true, "at once this time");
});

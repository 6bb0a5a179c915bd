import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf, person, textIn } from "../helpers/browser.ts";
import { paste, writer, writing } from "../helpers/editing.ts";
import { until } from "../helpers/until.ts";

const WEB_PAGE = `<meta charset="utf-8"><style>p { color: red }</style><h2>Plan</h2>
<p>We <b>meet</b> <a href="https://quire.test/at_nine">here</a>.<script>alert(1)</script></p>
<ul><li>tea<ul><li>milk</li></ul></li><li><input type="checkbox" checked>cups</li></ul>
<table><tr><th>who</th><th>what</th></tr><tr><td>Anna</td><td><p>tea</p></td></tr></table>
<p><a href="javascript:alert(1)" onclick="alert(2)">bad</a> <del>old</del>
<img src="data:image/png;base64,AAAA" alt="x"></p><pre><code class="language-js">a &lt; b</code></pre>`;

const MARKDOWN = `## Plan

We **meet** [here](https://quire.test/at_nine).

- tea
  - milk
- [x] cups

| who | what |
| --- | --- |
| Anna | tea |

bad ~~old~~ x

\`\`\`js
a < b
\`\`\``;

test("[E143] what is pasted from a web page becomes Markdown without anything that runs, and is one step back", async (t) => {
  const { page, stored } = await writing(t, "before ");
  await page.keyboard.type("x");
  await paste(page, { "text/html": WEB_PAGE, "text/plain": "Plan" });
  await until(async () => (await stored()) === `before x${MARKDOWN}`, {
    what: "the Markdown",
  }).catch(async () => assert.equal(await stored(), `before x${MARKDOWN}`));
  await page.keyboard.type("!");
  await until(async () => (await stored()) === `before x${MARKDOWN}!`);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await until(async () => (await stored()) === "before x");
});

test("[E143] what office programs mean by styles becomes Markdown", async (t) => {
  const { page, stored } = await writing(t);
  const google = `<b style="font-weight:normal;" id="docs-internal-guid-1"><p><span style="font-weight:400">We </span>
<span style="font-weight:700">meet</span><span style="font-style:italic"> soon</span></p></b>`;
  await paste(page, { "text/html": google.replaceAll("\n", ""), "text/plain": "We meet soon" });
  await until(async () => (await stored()) === "We **meet** *soon*");
  const word = `<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>one</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>two</p>`;
  await page.keyboard.press("Enter");
  await paste(page, { "text/html": word, "text/plain": "one" });
  await until(async () => (await stored()) === "We **meet** *soon*\n- one\n  - two");
});

test("[E144] plain text is pasted when the HTML says no more, into code, from an editor of code, and by Ctrl+Shift+V", async (t) => {
  const { page, stored } = await writing(t);
  const bold = { "text/html": "<b>bold</b>", "text/plain": "bold\n" };
  await paste(page, {
    "text/html": "<p><span>just *text*</span></p>",
    "text/plain": "just *text*\n",
  });
  await until(async () => (await stored()) === "just *text*\n");
  await paste(page, { ...bold, "vscode-editor-data": "{}" });
  await until(async () => (await stored()) === "just *text*\nbold\n");
  await paste(page, bold, { withShift: true });
  await until(async () => (await stored()) === "just *text*\nbold\nbold\n");
  await paste(page, bold);
  await until(async () => (await stored()) === "just *text*\nbold\nbold\n**bold**");
  await page.keyboard.insertText("\n```\n");
  await paste(page, bold);
  await until(async () => (await stored()).endsWith("\n```\nbold\n"));
});

test("[E144] an address pasted over words makes a link of them, by itself or with HTML", async (t) => {
  const { page, stored } = await writing(t, "see this");
  await page.keyboard.press("Control+Shift+ArrowLeft");
  await paste(page, {
    "text/html": '<a href="https://quire.test/">Quire</a>',
    "text/plain": "https://quire.test/",
  });
  await until(async () => (await stored()) === "see [this](https://quire.test/)");
});

test("[E144] what only looks like an address stays what it is, and a capital V asks for nothing", async (t) => {
  const { page, stored } = await writing(t, "see this");
  await page.keyboard.press("Control+Shift+ArrowLeft");
  const note = { "text/html": "<b>Note</b>: buy milk", "text/plain": "Note: buy milk" };
  await paste(page, note);
  await until(async () => (await stored()) === "see **Note**: buy milk");
  await page.keyboard.type(" V");
  await paste(page, note, { byMouse: true });
  await until(async () => (await stored()) === "see **Note**: buy milk V**Note**: buy milk");
});

test("[E143] a page that is full of what begins no tag is pasted without a wait", async (t) => {
  const { page, stored } = await writing(t);
  const html = `<b>a</b><style>${"<".repeat(300_000)}`;
  await paste(page, { "text/html": html, "text/plain": "a" });
  await until(async () => (await stored()) === "**a**");
});

test("[E145] a paste that is still being converted swallows no typing and keeps its place among others' changes", async (t) => {
  // Or the worker would answer in place of the route.
  const options = { serviceWorkers: "block" } as const;
  const { page: anna, address, stored } = await writing(t, "one  two", options);
  const ben = await person(t);
  await writer(ben, address);
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await anna.route(/html-to-markdown/, async (route) => {
    await held;
    await route.continue();
  });
  for (let step = 0; step < 4; step++) await anna.keyboard.press("ArrowLeft");
  await paste(anna, { "text/html": "<b>bold</b>", "text/plain": "bold" });
  await anna.keyboard.type("typed");
  await ben.keyboard.press("Control+Home");
  await ben.keyboard.type("zero ");
  await until(async () => (await textIn(anna)) === "zero one typed two");
  letGo();
  await until(async () => (await stored()) === "zero one **bold**typed two");
  await partsOf(anna).text.focus();
  await anna.keyboard.type("!");
  await until(async () => (await stored()) === "zero one **bold**typed! two");
  await ben.keyboard.press("Control+z");
  await until(async () => (await stored()) === "one **bold**typed! two");
});

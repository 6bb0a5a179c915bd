/** How a text becomes the blocks of its preview, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keptWhenUsed } from "../../web/precache.ts";
import { readBlocks } from "../../web/preview/reading.ts";
import { Rounds } from "../../web/preview/rounds.ts";

/** Where each box of a task stands: the offset in the text. */
function boxesIn(text: string): number[] {
  const lines = text.split("\n");
  const startOf = (line: number) => lines.slice(0, line).join("\n").length + (line > 0 ? 1 : 0);
  return readBlocks(text).flatMap(({ html, line = 0 }) =>
    [...html.matchAll(/data-task="(\d+):(\d+)"/g)].map(
      ([, below, column]) => startOf(line + Number(below)) + Number(column),
    ),
  );
}

function htmlOf(text: string): string {
  return readBlocks(text)
    .map(({ html }) => html)
    .join("");
}

test("[W164] front matter is not shown, and every block knows its lines in the whole text", () => {
  const text = "---\ntitle: x\n---\n# One\n\ntwo\nlines\n\n- a\n- b\n";
  const blocks = readBlocks(text).map(({ html, line, end }) => [html.slice(0, 4), line, end]);
  assert.deepEqual(blocks, [
    ["<h1>", 3, 4],
    ["<p>t", 5, 7],
    ["<ul>", 8, 10],
  ]);
  assert.equal(readBlocks("---\nno end\n").length, 2, "a rule and a paragraph");
});

test("[W165] every box knows where it stands, however deep, and nothing else is a box", () => {
  const text = [
    "- [ ] one",
    "  - [x] two",
    "",
    "> 1. [X] three  ",
    ">    more",
    "",
    "- - [ ] four",
    "-\t[ ] five [ ] no",
    "- [y] no",
    "",
    "[ ] no",
    "```",
    "- [ ] no",
    "```",
  ].join("\n");
  const words = boxesIn(text).map((at) => text.slice(at, at + 7));
  assert.deepEqual(words, ["[ ] one", "[x] two", "[X] thr", "[ ] fou", "[ ] fiv"]);
});

test("[W166] only what has changed travels, also when it moves down or stands there twice", () => {
  const rounds = new Rounds();
  const first = rounds.read("same\n\nsame\n\n- [ ] task\n");
  assert.equal(new Set(first.map(({ id }) => id)).size, 3);
  const second = rounds.read("# New\n\nsame\n\nsame\n\n- [ ] task\n");
  assert.deepEqual(
    second.map(({ html }) => html),
    ["<h1>New</h1>\n", undefined, undefined, undefined],
  );
  assert.deepEqual(
    second.slice(1).map(({ id, line }) => [id, line]),
    first.map(({ id, line = 0 }) => [id, line + 2]),
  );
});

test("[W167] HTML that is open holds what follows up to its end, and nothing when it has none", () => {
  const closed = readBlocks("<details>\n\n<div>\n\n*in*\n\n</div>\n\n</details>\n\nafter\n");
  assert.deepEqual(
    closed.map(({ line, end }) => [line, end]),
    [
      [0, 9],
      [10, 11],
    ],
  );
  assert.equal(readBlocks("<div>\n\none\n\ntwo\n").length, 3);
  assert.equal(readBlocks('<img alt="<div>">\n\none\n').length, 2);
});

test("[W168] Markdown has tables, footnotes, alerts and formulas, and a file's name is no address", () => {
  assert.match(htmlOf("|a|\n|-:|\n|b|\n"), /<td align="right">b<\/td>/);
  assert.match(htmlOf("a[^1]\n\n[^1]: b\n"), /footnote-ref.*<li id="footnote1"/s);
  assert.equal(
    readBlocks("a[^1] b[^2]\n\n[^1]: b\n\n[^2]: c\n").length,
    2,
    "all footnotes are one",
  );
  assert.match(htmlOf("> [!TIP]\n> b\n"), /markdown-alert-tip/);
  assert.match(htmlOf("$a<b$"), /<span class="formula">a&lt;b<\/span>/);
  assert.match(htmlOf("```math\nx\n```\n"), /formula-block/);
  assert.equal(htmlOf("it costs $5 and $10"), "<p>it costs $5 and $10</p>\n");
  assert.equal(htmlOf("README.md"), "<p>README.md</p>\n");
  assert.match(htmlOf("https://example.org"), /<a href/);
});

test("[W169] the worker has what the page itself needs, and whole packages only once they were used", () => {
  const later = keptWhenUsed({
    "index.html": { file: "page.js", isEntry: true, imports: ["_shared.js"] },
    "_shared.js": { file: "shared.js" },
    "_apart.js": { file: "apart.js" },
    "preview/live-preview.ts": { file: "preview.js", isDynamicEntry: true, css: ["prose.css"] },
    "../node_modules/diff/index.js": { file: "diff.js", isDynamicEntry: true },
    "../node_modules/katex/katex.css": { file: "katex.css" },
    "../node_modules/mermaid/core.mjs": {
      file: "mermaid.js",
      isDynamicEntry: true,
      imports: ["_shared.js", "_apart.js"],
    },
  });
  assert.deepEqual([...later].toSorted(), ["apart.js", "katex.css", "mermaid.js"]);
});

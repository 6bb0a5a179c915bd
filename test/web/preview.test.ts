/** How a text becomes the blocks of its preview, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keptWhenUsed } from "../../web/precache.ts";
import { readBlocks } from "../../web/preview/reading.ts";
import { Rounds } from "../../web/preview/rounds.ts";

function read(text: string) {
  return readBlocks({ text });
}

/** Where each box of a task stands: the offset in the text. */
function boxesIn(text: string): number[] {
  const lines = text.split("\n");
  const startOf = (line: number) => lines.slice(0, line).join("\n").length + (line > 0 ? 1 : 0);
  return read(text).flatMap(({ html, line = 0 }) =>
    [...html.matchAll(/data-task="(\d+):(\d+)"/g)].map(
      ([, below, column]) => startOf(line + Number(below)) + Number(column),
    ),
  );
}

function htmlOf(text: string): string {
  return read(text)
    .map(({ html }) => html)
    .join("");
}

test("[W164] front matter is not shown, and every block knows its lines in the whole text", () => {
  const text = "---\ntitle: x\n---\n# One\n\ntwo\nlines\n\n- a\n- b\n";
  const blocks = read(text).map(({ html, line, end }) => [html.slice(0, 4), line, end]);
  assert.deepEqual(blocks, [
    ["<h1>", 3, 4],
    ["<p>t", 5, 7],
    ["<ul>", 8, 10],
  ]);
  assert.equal(read("---\nno end\n").length, 2, "a rule and a paragraph");
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
  const first = rounds.read({ text: "same\n\nsame\n\n- [ ] task\n" });
  assert.equal(new Set(first.map(({ id }) => id)).size, 3);
  const second = rounds.read({ text: "# New\n\nsame\n\nsame\n\n- [ ] task\n" });
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
  const closed = read("<details>\n\n<div>\n\n*in*\n\n</div>\n\n</details>\n\nafter\n");
  assert.deepEqual(
    closed.map(({ line, end }) => [line, end]),
    [
      [0, 9],
      [10, 11],
    ],
  );
  assert.equal(read("<div>\n\none\n\ntwo\n").length, 3);
  assert.equal(read('<img alt="<div>">\n\none\n').length, 2);
});

test("[W168] Markdown has tables, footnotes, alerts and formulas, and a file's name is no address", () => {
  assert.match(htmlOf("|a|\n|-:|\n|b|\n"), /<td align="right">b<\/td>/);
  assert.match(htmlOf("a[^1]\n\n[^1]: b\n"), /footnote-ref.*<li id="footnote1"/s);
  assert.equal(read("a[^1] b[^2]\n\n[^1]: b\n\n[^2]: c\n").length, 2, "all footnotes are one");
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

test("[W174] tags without end are read as fast as any other, and comments too", () => {
  const starts = ["<a", '<a b="', "<!--", "< a", "<a b= ", "<a\u00A0"];
  for (const start of starts) assert.equal(read(`<div>\n${start.repeat(300_000)}`).length, 1);
  assert.equal(read(`<div>\n<${"a".repeat(1_000_000)}`).length, 1);
  assert.equal(read(`<div title="<p>" data-x='>'>\n\none\n\n</div>\n\ntwo\n`).length, 2);
  assert.equal(read("<div><!-- <p> -->\n\none\n\n</div>\n\ntwo\n").length, 2);
  assert.equal(read("<p title=it's>\n\none\n\n</p>\n\ntwo\n").length, 2);
});

test("[W175] code is one block of its own lines, whatever Markdown would read in it", () => {
  const text = "---\na: 1\n---\n# <b>no heading</b> $x$\n";
  assert.deepEqual(readBlocks({ text, language: "Common Lisp" }), [
    {
      html: '<pre><code class="language-Common_Lisp">---\na: 1\n---\n# &lt;b&gt;no heading&lt;/b&gt; $x$\n</code></pre>',
      line: 0,
      end: 5,
    },
  ]);
  const odd = readBlocks({ text: "", language: '"><img src=x>' });
  assert.ok(odd.every(({ html }) => !html.includes("<img")));
});

test("[W176] HTML in a text cannot pass for a line or a box of it", () => {
  const text = [
    "- [ ] own",
    "",
    '<input type="checkbox" data-task="0:2"> <b data-LINE = 9>',
    "",
    'in <input type="checkbox" DATA-TASK',
    '="0:2"> line <i data-line="7">',
    "",
    "<div>",
    "<input type=checkbox",
    "",
    "data-task=0:2 >",
  ].join("\n");
  const html = htmlOf(text);
  assert.deepEqual(html.match(/<[^>]*data-(?:line|task)\s*=[^>]*>/gi), [
    '<li class="task-list-item" data-line="0">',
    '<input type="checkbox" class="task-list-item-checkbox" data-task="0:2">',
  ]);
});

test("[W177] a long list is in parts that count on, and a key in it makes one of them anew", () => {
  const items = Array.from({ length: 250 }, (_, n) => `${n + 7}. item ${n}`);
  const rounds = new Rounds();
  const text = `intro\n\n${items.join("\n")}\n\nafter\n`;
  const blocks = rounds.read({ text });
  assert.deepEqual(
    blocks.map(({ html, line, end }) => [/^<[^>]*>/.exec(html ?? "")?.[0], line, end]),
    [
      ["<p>", 0, 1],
      ['<ol start="7" class="list-part">', 2, 102],
      ['<ol start="107" class="list-part">', 102, 202],
      ['<ol start="207">', 202, 253],
      ["<p>", 253, 254],
    ],
  );
  const anew = rounds.read({ text: text.replace("item 120\n", "item changed\n") });
  assert.deepEqual(
    anew.map(({ html }) => html === undefined),
    [true, true, false, true, true],
  );
  const tasks = items.map((_, n) => `- [ ] task ${n}`).join("\n");
  const words = boxesIn(tasks).map((at) => tasks.slice(at, at + 3));
  assert.deepEqual(new Set(words), new Set(["[ ]"]));
  assert.equal(words.length, items.length);
});

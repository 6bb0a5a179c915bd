/**
 * A text as the blocks that stand one under the other, each with its HTML and its lines.
 * The same HTML means the same block: what it says of lines counts from its own first one.
 * Knows no DOM; the HTML is not sanitised.
 */
import type MarkdownIt from "markdown-it";
import { frontMatterLength, markdownReader } from "#protocol/markdown.ts";
import { depthOf } from "./html-depth.ts";
import { listParts, type Token } from "./long-lists.ts";

/** What is to be read. */
export interface Source {
  readonly text: string;
  /** Of code, as the document names it; undefined for Markdown. */
  readonly language?: string | undefined;
}

export interface Block {
  readonly html: string;
  /** First line in the text, from 0; undefined for what stands elsewhere in it, as footnotes do. */
  readonly line: number | undefined;
  /** The line after its last one. */
  readonly end: number;
}

/** How far the end of HTML that is left open is looked for, in blocks. */
const FARTHEST_END = 500;

/** What reading writes itself; in raw HTML it would be a box or a line that is none. */
const FORGED = /data-(?=(?:line|task)\s*=)/gi;

/** What has no width makes another name of it, also where it is only text. */
const HARMLESS = "data-\u200B";

const BOX = /^\[[ \u00A0xX]\]$/;

const reader: MarkdownIt = markdownReader({
  formula: (source, isBlock) => {
    const escaped = reader.utils.escapeHtml(source);
    return isBlock
      ? `<div class="formula formula-block">${escaped}</div>\n`
      : `<span class="formula">${escaped}</span>`;
  },
});

/** Markdown as it reads, code as one block. Elements are marked with `data-line`, boxes of tasks with `data-task`: line and column, by a colon. */
export function readBlocks({ text, language }: Source): Block[] {
  // To the reader each \r would be a line of its own, and the editor has none there.
  const source = text.replaceAll("\r", " ");
  return language === undefined ? readMarkdown(source) : [codeBlock(source, language)];
}

/** A name of two words is one class. */
function codeBlock(source: string, language: string): Block {
  const { escapeHtml } = reader.utils;
  const name = escapeHtml(language.replaceAll(/\s+/g, "_"));
  const html = `<pre><code class="language-${name}">${escapeHtml(source)}</code></pre>`;
  return { html, line: 0, end: source.split("\n").length };
}

function readMarkdown(source: string): Block[] {
  const start = frontMatterLength(source);
  const hidden = source.slice(0, start).split("\n").length - 1;
  const lines = source.slice(start).split("\n");
  const env = {};
  const blocks = whole(groups(reader.parse(lines.join("\n"), env)));
  return blocks.flatMap(listParts).map((tokens) => {
    const [line, end] = tokens[0]?.map ?? [];
    for (const token of tokens) mark(token, line, lines);
    const html = reader.renderer.render([...tokens], reader.options, env);
    if (line === undefined || end === undefined) return { html, line: undefined, end: 0 };
    const last = tokens.findLast(({ level, map }) => level === 0 && map)?.map?.[1] ?? end;
    return { html, line: line + hidden, end: last + hidden };
  });
}

/** Each with everything up to the token that closes it; all footnotes are one, the last. */
function groups(tokens: readonly Token[]): Token[][] {
  const found: Token[][] = [];
  for (const token of tokens) {
    const isFootnote = found.at(-1)?.[0]?.type === "footnote_block_open";
    if (token.level === 0 && token.nesting >= 0 && !isFootnote) found.push([token]);
    else found.at(-1)?.push(token);
  }
  return found;
}

/** HTML that is left open, as a `<details>` around several blocks, is one block up to its end. */
function whole(blocks: readonly Token[][]): Token[][] {
  const depths = blocks.map(([token]) =>
    token?.type === "html_block" ? depthOf(token.content) : 0,
  );
  const found: Token[][] = [];
  for (let at = 0; at < blocks.length;) {
    const end = endOf(depths, at);
    found.push(blocks.slice(at, end).flat());
    at = end;
  }
  return found;
}

/** Where the block after it begins. */
function endOf(depths: readonly number[], at: number): number {
  let open = 0;
  const farthest = Math.min(depths.length, at + FARTHEST_END);
  for (let next = at; next < farthest; next++) {
    open += depths[next] ?? 0;
    if (open <= 0) return next + 1;
  }
  return at + 1;
}

function mark(token: Token, first: number | undefined, lines: readonly string[]): void {
  const { type, map, level } = token;
  alignCell(token);
  for (const each of [token, ...(token.children ?? [])]) disarm(each);
  if (type === "inline") markBox(token, first, lines);
  else if (first !== undefined && map && level > 0 && token.nesting === 1) {
    token.attrSet("data-line", String(map[0] - first));
  }
}

/** Raw HTML says nothing of lines and boxes. */
function disarm(token: Token): void {
  if (!token.type.startsWith("html_")) return;
  token.content = token.content.replaceAll(FORGED, HARMLESS);
}

/** Styles are not let through; this is. */
function alignCell(token: Token): void {
  if (token.type !== "th_open" && token.type !== "td_open") return;
  const side = /text-align:(\w+)/.exec(token.attrGet("style") ?? "")?.[1];
  token.attrs = side ? [["align", side]] : [];
}

/** Its number among all boxes would make all later blocks new ones when a task is added. */
function markBox(token: Token, first: number | undefined, lines: readonly string[]): void {
  const box = token.children?.[0];
  if (box?.type !== "checkbox_input") return;
  box.attrs = (box.attrs ?? []).filter(([name]) => name !== "id");
  const line = token.map?.[0];
  if (line === undefined || first === undefined) return;
  const source = lines[line] ?? "";
  const words = token.content.split("\n", 1)[0] ?? "";
  const column = source.trimEnd().length - words.trimEnd().length;
  const isThere = column >= 0 && BOX.test(source.slice(column, column + 3));
  if (isThere) box.attrSet("data-task", `${line - first}:${column}`);
}

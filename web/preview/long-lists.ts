/**
 * A long list as several that look like one, so that a key in it makes a part of it anew and not
 * the whole. Knows the tokens of Markdown and nothing else.
 */
import type MarkdownIt from "markdown-it";

export type Token = ReturnType<MarkdownIt["parse"]>[number];

/** So many items at most are one block. */
const MOST_ITEMS = 100;

/** What is not the last part has it; no margin is below. */
const PART = "list-part";

/** @param block the tokens of one block. */
export function listParts(block: readonly Token[]): (readonly Token[])[] {
  const [open] = block;
  const close = block.at(-1);
  if (!open || !close || !/^(?:bullet|ordered)_list_open$/.test(open.type)) return [block];
  const items = itemsOf(block.slice(1, -1));
  if (items.length <= MOST_ITEMS) return [block];
  const parts: (readonly Token[])[] = [];
  for (let first = 0; first < items.length; first += MOST_ITEMS) {
    const some = items.slice(first, first + MOST_ITEMS);
    const isLast = first + MOST_ITEMS >= items.length;
    parts.push([opening(open, some, first, isLast), ...some.flat(), close]);
  }
  return parts;
}

function itemsOf(tokens: readonly Token[]): Token[][] {
  const items: Token[][] = [];
  for (const token of tokens) {
    if (token.type === "list_item_open" && token.level === 1) items.push([token]);
    else items.at(-1)?.push(token);
  }
  return items;
}

/** Of its own lines, and counting on. */
function opening(open: Token, items: readonly Token[][], first: number, isLast: boolean): Token {
  const part = Object.assign(Object.create(Object.getPrototypeOf(open)) as Token, open);
  part.attrs = open.attrs?.map(([name, value]) => [name, value]) ?? null;
  part.map = [items[0]?.[0]?.map?.[0] ?? 0, items.at(-1)?.[0]?.map?.[1] ?? 0];
  if (open.type === "ordered_list_open") {
    part.attrSet("start", String(Number(open.attrGet("start") ?? 1) + first));
  }
  if (!isLast) part.attrJoin("class", PART);
  return part;
}

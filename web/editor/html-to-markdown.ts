/**
 * HTML of web pages and office programs as Markdown. Nothing that runs, and nothing that
 * only looks, comes through. Knows no clipboard, no file and no editor; fetched when it is needed.
 */
import { gfm } from "@joplin/turndown-plugin-gfm";
import { markdownWriter } from "#protocol/markdown-writer.ts";

/** What is no text, or does something. */
const DROPPED = `script, style, head, meta, link, title, noscript, template, iframe, object, embed,
  svg, math, canvas, audio, video, button, input:not([type=checkbox]), select, textarea, form > label`;

/** What a cell of a Markdown table cannot hold; its words can. */
const NOT_IN_CELLS = ["table", "thead", "tbody", "tr", "td", "th", "ul", "ol", "li", "pre"]
  .concat(["blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "p", "div"])
  .map((name) => `:is(td, th) ${name}`)
  .join(", ");

const KEPT_ATTRIBUTES = new Set("href src alt title type checked start align".split(" "));
const KEPT_CLASS = /\b(?:language|lang)-[\w+#-]+/;

/** The page is used up. */
export function htmlToMarkdown(page: Document): string {
  for (const element of page.body.querySelectorAll(DROPPED)) element.remove();
  nestWordLists(page);
  for (const element of page.body.querySelectorAll<HTMLElement>("[style], b, i, strong, em")) {
    meanWhatItLooks(element);
  }
  for (const element of page.body.querySelectorAll(NOT_IN_CELLS)) unwrap(element);
  for (const element of page.body.querySelectorAll("*")) clean(element);
  return markdownWriter().use(gfm).turndown(page.body).replaceAll("\u00A0", " ").trim();
}

/** Office programs say bold and italic by style, and wrap what is neither in a `b`. */
function meanWhatItLooks(element: HTMLElement): void {
  const { fontWeight, fontStyle, textDecorationLine } = element.style;
  const isBold = fontWeight === "bold" || Number(fontWeight) >= 600;
  const isPlain = fontWeight === "normal" || Number(fontWeight) < 600;
  const isHeading = element.closest("h1, h2, h3, h4, h5, h6") !== null;
  if (/^(?:b|strong)$/.test(element.localName) && fontWeight && isPlain) return unwrap(element);
  if (element.localName !== "span") return undefined;
  if (isBold && !isHeading) wrapContent(element, "strong");
  if (fontStyle === "italic") wrapContent(element, "em");
  if (textDecorationLine === "line-through") wrapContent(element, "s");
  return undefined;
}

/** Word writes lists as paragraphs that carry their level in a style, and their sign in the text. */
function nestWordLists(page: Document): void {
  let open: HTMLElement[] = [];
  for (const item of page.body.querySelectorAll<HTMLElement>("p")) {
    const level = Number(/mso-list:[^;]*level(\d)/.exec(item.getAttribute("style") ?? "")?.[1]);
    if (!level || item.closest("li, td")) {
      open = [];
      continue;
    }
    const sign = item.querySelector('[style*="mso-list:Ignore"], [style*="mso-list: Ignore"]');
    const name = /^\s*\w+[.)]/.test(sign?.textContent ?? "") ? "ol" : "ul";
    sign?.remove();
    if (item.previousElementSibling !== open[0]) open = [];
    open = open.slice(0, level);
    if (open.length === 0) {
      const list = page.createElement(name);
      item.before(list);
      open.push(list);
    }
    while (open.length < level) {
      const list = page.createElement(name);
      (open.at(-1)?.lastElementChild ?? open.at(-1))?.append(list);
      open.push(list);
    }
    const entry = page.createElement("li");
    entry.append(...item.childNodes);
    open.at(-1)?.append(entry);
    item.remove();
  }
}

function clean(element: Element): void {
  const language = KEPT_CLASS.exec(element.className)?.[0];
  for (const name of element.getAttributeNames()) {
    if (!KEPT_ATTRIBUTES.has(name)) element.removeAttribute(name);
  }
  if (language) element.className = language;
  // As it is written: what is relative was relative to somewhere else.
  const [href, src] = [element.getAttribute("href") ?? "", element.getAttribute("src") ?? ""];
  if (element instanceof HTMLAnchorElement && !/^(?:https?:|mailto:|tel:)/i.test(href)) {
    unwrap(element);
  }
  // A picture in the text itself would be larger than all of it.
  if (element instanceof HTMLImageElement && !/^https?:/i.test(src)) {
    element.replaceWith(element.alt);
  }
}

/** Its words stay, with a blank where it made a line. */
function unwrap(element: Element): void {
  const isBlock = !/^(?:a|b|strong|span)$/.test(element.localName);
  element.replaceWith(...element.childNodes, ...(isBlock ? [" "] : []));
}

function wrapContent(element: Element, name: string): void {
  const wrapper = element.ownerDocument.createElement(name);
  wrapper.append(...element.childNodes);
  element.append(wrapper);
}

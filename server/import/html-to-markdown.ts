/** HTML of a file as Markdown. Nothing that runs, and nothing that only looks, comes through. */
import { gfm } from "@joplin/turndown-plugin-gfm";
import sanitizeHtml from "sanitize-html";
import { markdownWriter } from "#protocol/markdown-writer.ts";
import type { FoundImages } from "./found-images.ts";

/** What Markdown has words for; of all else only the text stays. */
const TAGS = words(`
  h1 h2 h3 h4 h5 h6 p div section article main header footer aside nav blockquote pre hr br ul ol li
  dl dt dd figure figcaption input table caption thead tbody tfoot tr th td a img code kbd samp
  strong b em i s del strike ins u sub sup span
`);

/** What is no text. */
const NO_TEXT = words(`
  head script style title noscript template textarea select option button iframe object svg math
  canvas audio video
`);

/** What a cell of a Markdown table cannot hold; its words can. */
const NOT_IN_CELLS = new Set(
  words("table thead tbody tfoot tr td th caption ul ol li pre blockquote hr h1 h2 h3 h4 h5 h6"),
);

/** No page is, and what reads it takes ever longer. */
const DEEPEST = 500;

const RULES: sanitizeHtml.IOptions = {
  allowedTags: TAGS,
  nonTextTags: NO_TEXT,
  allowedAttributes: {
    a: ["href", "title"],
    img: ["src", "alt"],
    input: [{ name: "type", values: ["checkbox"] }, "checked"],
    ol: ["start"],
    th: ["align"],
    td: ["align"],
  },
  allowedClasses: { "*": ["language-*", "lang-*"] },
  allowedSchemes: ["http", "https", "mailto", "tel"],
  allowedSchemesByTag: { img: ["http", "https", "data"] },
  exclusiveFilter: ({ tag, attribs }) => tag === "input" && attribs.type !== "checkbox",
};

/** As much of a node of the reader as is asked for here. */
interface Element {
  readonly getAttribute?: (name: string) => string | null;
}

export function htmlToMarkdown(html: string, images: FoundImages): string {
  const writer = markdownWriter().use(gfm);
  writer.addRule("image", {
    filter: "img",
    replacement: (_content, node: Element) => {
      const source = attribute(node, "src");
      const alt = writer.escape(attribute(node, "alt").replaceAll(/\s+/g, " "));
      const isElsewhere = /^https?:/i.test(source);
      return isElsewhere
        ? `![${alt}](<${source.replaceAll(/[<>\s]/g, encodeURIComponent)}>)`
        : images.placeFor(source, alt);
    },
  });
  // What is relative was relative to somewhere else.
  writer.addRule("link that leads nowhere", {
    filter: (node) =>
      node.nodeName === "A" && !/^(?:https?|mailto|tel):/i.test(attribute(node, "href")),
    replacement: (content) => content,
  });
  const clean = sanitizeHtml(html, { ...RULES, ...flattening() });
  return writer.turndown(clean).replaceAll("\u00A0", " ").trim();
}

/** Makes what stands in a cell and may not a mere block. Throws where elements are nested too deeply to be read. */
function flattening(): sanitizeHtml.IOptions {
  let depth = 0;
  let cells = 0;
  const flat = (tagName: string, attribs: sanitizeHtml.Attributes) => {
    // A cell is within itself.
    const isInCell = cells > (isCell(tagName) ? 1 : 0);
    return isInCell && NOT_IN_CELLS.has(tagName)
      ? { tagName: "div", attribs: {} }
      : { tagName, attribs };
  };
  return {
    onOpenTag: (name) => {
      depth += 1;
      if (depth > DEEPEST) throw new RangeError("it is nested too deeply");
      if (isCell(name)) cells += 1;
    },
    onCloseTag: (name) => {
      depth -= 1;
      if (isCell(name)) cells -= 1;
    },
    transformTags: { "*": flat },
  };
}

function isCell(name: string): boolean {
  return name === "td" || name === "th";
}

function attribute(node: Element, name: string): string {
  return node.getAttribute?.(name) ?? "";
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

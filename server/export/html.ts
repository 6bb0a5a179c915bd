/** A document as one HTML page that needs nothing else: styled, printable, and without anything that runs. */
import sanitizeHtml from "sanitize-html";
import { titleOf } from "#protocol/document.ts";
import { frontMatterLength, markdownReader } from "#protocol/markdown.ts";
import { PAGE_STYLE } from "./page-style.ts";

const { escapeHtml } = markdownReader({ formula: () => "" }).utils;

const reader = markdownReader({ formula: (source, isBlock) => formula(source, isBlock) });

/** What people write in Markdown, and nothing that loads or runs by itself. */
const TAGS = `
  h1 h2 h3 h4 h5 h6 p div section blockquote pre hr br ul ol li dl dt dd details summary figure
  figcaption input table caption thead tbody tfoot tr th td a img code kbd strong b em i s del ins
  u mark small sub sup samp abbr cite q span var time
`
  .trim()
  .split(/\s+/);

const CLASSES = ["language-*", "markdown-alert*", "footnote*", "task-list*"];

const RULES: sanitizeHtml.IOptions = {
  allowedTags: TAGS,
  allowedAttributes: {
    a: ["href", "title", "id"],
    img: ["src", "alt", "title", "width", "height"],
    input: [{ name: "type", values: ["checkbox"] }, "checked", "disabled"],
    ol: ["start"],
    li: ["id"],
    th: ["colspan", "rowspan", "scope", "style"],
    td: ["colspan", "rowspan", "style"],
    "*": ["lang", "dir"],
  },
  allowedClasses: { "*": CLASSES },
  allowedStyles: { "*": { "text-align": [/^(left|right|center)$/] } },
  allowedSchemes: ["http", "https", "mailto", "tel"],
  allowedSchemesByTag: { img: ["http", "https", "data"] },
  allowProtocolRelative: false,
  transformTags: {
    input: (tagName, { type = "", checked }) => ({
      tagName,
      attribs: { type, disabled: "", ...(checked !== undefined && { checked: "" }) },
    }),
    img: (tagName, attribs) => (isStandalone(attribs.src) ? { tagName, attribs } : linkTo(attribs)),
  },
  exclusiveFilter: ({ tag, attribs }) => tag === "input" && attribs.type !== "checkbox",
};

/** @param content Markdown. */
export function renderHtml(title: string, content: string): string {
  const text = content.slice(frontMatterLength(content));
  const body = sanitizeHtml(reader.render(text), RULES);
  // The text names itself, unless it was given another title.
  const heading = title === titleOf(undefined, text) ? "" : `<h1>${escapeHtml(title)}</h1>\n`;
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${heading}${body}</main>
</body>
</html>
`;
}

function formula(source: string, isBlock: boolean): string {
  const code = `<code class="language-math">${escapeHtml(source.trim())}</code>`;
  return isBlock ? `<pre>${code}</pre>\n` : code;
}

/** What the server keeps for the document needs a token to be opened: a file can hold none. */
function isStandalone(source = ""): boolean {
  return /^(https?:|data:image\/)/i.test(source);
}

function linkTo({ src = "", alt = "" }: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  return { tagName: "a", attribs: { href: src }, text: alt || src };
}

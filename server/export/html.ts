/**
 * A document as one HTML page that needs nothing else: styled, printable, with its images in it,
 * and without anything that runs or is fetched.
 */
import sanitizeHtml from "sanitize-html";
import { titleOf } from "#protocol/document.ts";
import { frontMatterLength, markdownReader } from "#protocol/markdown.ts";
import { mediaType } from "../attachment-type.ts";
import type { LoadedImages } from "./document-images.ts";
import { formulaOf, MATH_RULES } from "./formula.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { ShownImages } from "./shown-images.ts";
import { textLanguage } from "#protocol/text-language.ts";

/** What a document is made into something else of. */
export interface RenderedText {
  readonly title: string;
  readonly content: string;
  /** As the document says it. */
  readonly language: string | undefined;
  readonly images: LoadedImages;
}

const reader = markdownReader({ formula: formulaOf });

const { escapeHtml } = reader.utils;

/** What people write in Markdown, and nothing that loads or runs by itself. */
const TAGS = `
  h1 h2 h3 h4 h5 h6 p div section blockquote pre hr br ul ol li dl dt dd details summary figure
  figcaption input table caption thead tbody tfoot tr th td a img code kbd strong b em i s del ins
  u mark small sub sup samp abbr cite q span var time
`
  .trim()
  .split(/\s+/)
  .concat(Object.keys(MATH_RULES));

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
    ...MATH_RULES,
    "*": ["lang", "dir"],
  },
  allowedClasses: { "*": CLASSES },
  allowedStyles: { "*": { "text-align": [/^(left|right|center)$/] } },
  allowedSchemes: ["http", "https", "mailto", "tel"],
  allowedSchemesByTag: { img: ["data"] },
  allowProtocolRelative: false,
  transformTags: {
    input: (tagName, { type = "", checked }) => ({
      tagName,
      attribs: { type, disabled: "", ...(checked !== undefined && { checked: "" }) },
    }),
  },
  exclusiveFilter: ({ tag, attribs }) => tag === "input" && attribs.type !== "checkbox",
};

export function renderHtml({ title, content, language, images }: RenderedText): string {
  const reading = textLanguage(language);
  const text = reading.kind === "code" ? content : content.slice(frontMatterLength(content));
  const body = reading.kind === "code" ? code(text, reading.name) : markdown(text, images);
  const spoken = reading.kind === "markdown" && reading.spoken;
  // The text names itself, unless it was given another title.
  const heading = title === titleOf(undefined, text) ? "" : `<h1>${escapeHtml(title)}</h1>\n`;
  return `<!doctype html>
<html${spoken ? ` lang="${escapeHtml(spoken)}"` : ""}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
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

function markdown(text: string, images: LoadedImages): string {
  const shown = new ShownImages(images);
  const img: sanitizeHtml.Transformer = (tagName, attribs) => {
    const src = inlined(attribs.src ?? "", shown);
    return src ? { tagName, attribs: { ...attribs, src } } : linkTo(attribs);
  };
  const transformTags = { ...RULES.transformTags, img };
  return sanitizeHtml(reader.render(text), { ...RULES, transformTags });
}

function code(text: string, language: string): string {
  const name = language.toLowerCase().replaceAll(/\s+/g, "-");
  return `<pre><code class="language-${escapeHtml(name)}">${escapeHtml(text)}</code></pre>\n`;
}

/** What the server keeps for the document needs a token to be opened, and a file can hold none: it holds the image. */
function inlined(source: string, images: ShownImages): string | undefined {
  if (/^data:image\//i.test(source)) return source;
  const image = images.take(source);
  return image && `data:${mediaType(source)};base64,${Buffer.from(image).toString("base64")}`;
}

/** Whoever opens the page decides whether another site is told of it. */
function linkTo({ src = "", alt = "" }: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  return { tagName: "a", attribs: { href: src }, text: alt || src };
}

/** How Markdown looks while it is written: styled in place, its marks dimmed, nothing hidden. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const CODE = { fontFamily: "var(--mono)", fontSize: "0.9em" };

export const markdownStyle = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.heading1, fontSize: "1.6em", lineHeight: "1.35", fontWeight: "700" },
    { tag: tags.heading2, fontSize: "1.35em", lineHeight: "1.4", fontWeight: "700" },
    { tag: tags.heading3, fontSize: "1.15em", fontWeight: "700" },
    { tag: [tags.heading4, tags.heading5, tags.heading6], fontWeight: "700" },
    { tag: tags.strong, fontWeight: "700" },
    { tag: tags.emphasis, fontStyle: "italic" },
    { tag: tags.strikethrough, textDecoration: "line-through" },
    { tag: tags.link, textDecoration: "underline", textUnderlineOffset: "3px" },
    { tag: tags.url, color: "var(--accent)" },
    { tag: tags.monospace, ...CODE, color: "var(--code)" },
    { tag: tags.quote, color: "var(--muted)", fontStyle: "italic" },
    { tag: [tags.processingInstruction, tags.contentSeparator], color: "var(--muted)" },
    { tag: [tags.labelName, tags.string], color: "var(--accent)" },
    { tag: [tags.comment, tags.meta], color: "var(--muted)" },
    { tag: [tags.tagName, tags.attributeName, tags.angleBracket], ...CODE, color: "var(--muted)" },
  ]),
);

/** The languages of code that CodeMirror knows, and how code looks. Fetched when one is wanted. */
import { HighlightStyle, LanguageDescription, syntaxHighlighting } from "@codemirror/language";
import { languages } from "@codemirror/language-data";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

const codeStyle = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--accent)" },
    { tag: [tags.string, tags.regexp, tags.character, tags.attributeValue], color: "var(--good)" },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code)" },
    { tag: [tags.typeName, tags.className, tags.tagName, tags.namespace], color: "var(--code)" },
    { tag: [tags.comment, tags.meta], color: "var(--muted)", fontStyle: "italic" },
    { tag: [tags.definition(tags.variableName), tags.heading], fontWeight: "600" },
    { tag: tags.function(tags.definition(tags.variableName)), fontWeight: "600" },
    { tag: tags.invalid, color: "var(--bad)" },
  ]),
);

/** Their names, in the order of the alphabet. */
export const languageNames: readonly string[] = languages
  .map(({ name }) => name)
  .filter((name) => name !== "Markdown")
  .toSorted((one, other) => one.localeCompare(other, "en"));

/** Undefined for a name that is none of theirs, nor a short form of one. */
export async function codeSupport(name: string): Promise<Extension | undefined> {
  const description = LanguageDescription.matchLanguageName(languages, name, false);
  return description ? [await description.load(), codeStyle] : undefined;
}

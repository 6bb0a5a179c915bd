/** Code in colours, by the editor's own parsers, each fetched when something is written in its language. */
import { LanguageDescription } from "@codemirror/language";
import { languages } from "@codemirror/language-data";
import { classHighlighter, highlightCode } from "@lezer/highlight";

/** Longer code would hold up the page, in UTF-16 code units. */
const LONGEST = 20_000;

const CLASS = /(?:^| )language-(\S+)/;

/** Undefined when nothing has to be fetched for it. */
export function colourCode(element: HTMLElement): Promise<void> | undefined {
  const language = languageNamed(CLASS.exec(element.className)?.[1] ?? "");
  if (!language || element.textContent.length > LONGEST) return undefined;
  if (language.support) return colour(element, language);
  return language.load().then(() => colour(element, language));
}

/** A class has no blanks. */
function languageNamed(name: string): LanguageDescription | null {
  const named = LanguageDescription.matchLanguageName(languages, name, false);
  if (named || !name.includes("_")) return named;
  return LanguageDescription.matchLanguageName(languages, name.replaceAll("_", " "), false);
}

function colour(element: HTMLElement, { support }: LanguageDescription): undefined {
  if (!support) return undefined;
  const code = element.textContent;
  const coloured = document.createDocumentFragment();
  const put = (text: string, classes: string) => {
    if (!classes) return coloured.append(text);
    const span = document.createElement("span");
    span.className = classes;
    span.textContent = text;
    return coloured.append(span);
  };
  const tree = support.language.parser.parse(code);
  highlightCode(code, tree, classHighlighter, put, () => coloured.append("\n"));
  element.replaceChildren(coloured);
  return undefined;
}

/**
 * What the language of a document says about its text. The editor sets it to the language of the
 * code that is written (`Python`); programs also say by it in which language people write (`de`).
 */

export type TextLanguage =
  | { readonly kind: "markdown"; /** BCP 47, canonical. */ readonly spoken: string | undefined }
  | { readonly kind: "code"; readonly name: string };

const KNOWN = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });

/** By whatever name another program calls it. */
const MARKDOWN = /^(?:markdown|md)$/i;

/** Nothing, and Markdown, is Markdown; a language that people speak is Markdown in it; all else is code. */
export function textLanguage(language: string | undefined): TextLanguage {
  if (!language || MARKDOWN.test(language)) {
    return { kind: "markdown", spoken: undefined };
  }
  const spoken = spokenLanguage(language);
  return spoken ? { kind: "markdown", spoken } : { kind: "code", name: language };
}

/** The names of code begin with a capital where they could be taken for a tag: `Go`, `Lua`. */
function spokenLanguage(tag: string): string | undefined {
  if (!/^[a-z]{2,3}(?:-|$)/.test(tag)) return undefined;
  try {
    const [canonical = ""] = Intl.getCanonicalLocales(tag);
    return KNOWN.of(canonical) === undefined ? undefined : canonical;
  } catch {
    return undefined;
  }
}

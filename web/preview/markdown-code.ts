/**
 * Stands in for `@codemirror/lang-markdown` in the list of languages: the same language, without
 * the HTML that the editor leaves out.
 */
import { markdownLanguage } from "@codemirror/lang-markdown";
import { LanguageSupport } from "@codemirror/language";

/** As the package's own function of that name. */
export function markdown(): LanguageSupport {
  return new LanguageSupport(markdownLanguage);
}

/** In which language a document is read. */
import { MARKDOWN } from "../editor/document-language.ts";
import type { OpenDocument } from "../open-document.ts";

/** Undefined for Markdown. */
export function codeLanguage({ language }: OpenDocument): string | undefined {
  return language.value === MARKDOWN ? undefined : language.value;
}

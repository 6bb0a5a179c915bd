/** Shows where in a text a word was found: some of what stands around it, on one line. */
import { fold } from "./folding.ts";

/** Before and after the word, in UTF-16 code units. */
const AROUND = { before: 60, after: 120 };

const HALF_SIGNS = /^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g;

export interface Searched {
  readonly text: string;
  /** Folded title and text, a line end between them. */
  readonly folded: string;
}

/** Around the first of the words that stands in the text; its beginning when all are in the title. */
export function snippetOf({ text, folded }: Searched, words: readonly string[]): string {
  const titleEnd = folded.indexOf("\n") + 1;
  const word = words.find((one) => folded.includes(one, titleEnd));
  const found = word === undefined ? titleEnd : folded.indexOf(word, titleEnd);
  const at = unfolded(text, folded.slice(titleEnd, found));
  const from = Math.max(0, at - AROUND.before);
  const to = Math.min(text.length, at + AROUND.after);
  const shown = text.slice(from, to).replaceAll(HALF_SIGNS, "").replaceAll(/\s+/g, " ").trim();
  return `${from > 0 ? "…" : ""}${shown}${to < text.length ? "…" : ""}`;
}

/** Where in the text its folded beginning ends: folding keeps lines, so only the last is looked at. */
function unfolded(text: string, beginning: string): number {
  let at = 0;
  for (let end = beginning.indexOf("\n"); end >= 0; end = beginning.indexOf("\n", end + 1)) {
    at = text.indexOf("\n", at) + 1;
  }
  const length = beginning.length - (beginning.lastIndexOf("\n") + 1);
  for (let folded = 0; folded < length && at < text.length;) {
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
    folded += fold(sign).length;
    at += sign.length;
  }
  return at;
}

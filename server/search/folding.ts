/**
 * Makes alike what people take for the same when they look for it: upper and lower case, letters
 * with and without accents, wide and narrow forms. Lines stay the lines they were.
 */

const NOT_ASCII = /[^\0-\u007F]+/g;
const ACCENTS = /[\u0300-\u036F]+/g;

/** Part by part: what a text is cut into, folded, is the folded text cut at the same places. */
export function fold(text: string): string {
  return text.replaceAll(NOT_ASCII, foldSigns).replaceAll("\0", " ").toLowerCase();
}

/** What a person typed, as words of which each must be found; no sign in them means anything. */
export function wordsOf(query: string): string[] {
  return [...new Set(fold(query).split(/\s+/).filter(Boolean))];
}

function foldSigns(signs: string): string {
  const plain = signs.normalize("NFKD").replaceAll(ACCENTS, "").toLowerCase();
  return plain.replaceAll("ß", "ss").replaceAll("ς", "σ");
}

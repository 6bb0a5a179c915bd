/** Counts words and characters of every script, in steps and each part of a text once. Knows no page. */
import type { Text } from "@codemirror/state";

export interface Count {
  readonly words: number;
  /** Of Unicode; line ends are none. */
  readonly characters: number;
}

/** A longer line is counted in parts, cut where a blank is; in UTF-16 units. */
const PART = 4096;

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** A tree of lines shares with the next one what no edit has touched. */
const known = new WeakMap<Text, Count>();

/** Yields after each step and returns the sum. */
export function* countSteps(text: Text): Generator<undefined, Count> {
  const before = known.get(text);
  if (before) return before;
  const sum = { words: 0, characters: 0 };
  const parts = text.children ? text.children.map(countSteps) : [countLines(text)];
  for (const part of parts) {
    const { words, characters } = yield* part;
    sum.words += words;
    sum.characters += characters;
  }
  known.set(text, sum);
  return sum;
}

function* countLines(text: Text): Generator<undefined, Count> {
  const sum = { words: 0, characters: 0 };
  for (const line of text.iterLines()) {
    for (let from = 0; from < line.length;) {
      const to = cut(line, from + PART);
      const part = line.slice(from, to);
      sum.words += wordsIn(part);
      sum.characters += part.length - (part.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
      from = to;
      yield;
    }
  }
  return sum;
}

function cut(line: string, wanted: number): number {
  if (wanted >= line.length) return line.length;
  const blank = line.indexOf(" ", wanted);
  // Where no blanks are written, between two characters.
  if (blank >= 0 && blank < wanted + PART) return blank;
  return wanted + (/[\uDC00-\uDFFF]/.test(line.charAt(wanted)) ? 1 : 0);
}

function wordsIn(text: string): number {
  let words = 0;
  for (const { isWordLike } of segmenter.segment(text)) if (isWordLike) words += 1;
  return words;
}

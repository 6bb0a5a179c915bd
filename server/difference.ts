/**
 * What has to be changed to make one text of another, as little as can be found in a
 * short time, word by word: what is kept keeps the carets that stand in it. Pure; knows
 * no document.
 */
import { DIFF_DELETE, DIFF_EQUAL, makeDiff } from "@sanity/diff-match-patch";
import { anchors } from "./anchors.ts";
import type { Splice } from "./revision.ts";

/**
 * The search holds up everybody, so it ends after this, and what is left is replaced as it is.
 * Milliseconds of the processor: what else a busy machine does makes no edit coarser.
 */
export const BUDGET_MS = 30;

/** What lies between two pieces that stay is compared up to so many words and signs, or lines. */
const MOST_TOKENS = 4096;

/** Taking it apart takes time as well; UTF-16 code units. */
const MOST_UNITS = 64 * 1024;

const LINE = /[^\n]*\n|[^\n]+/g;

/** A word, or one character of anything else; scripts that put no blanks between words go by characters. */
const TOKEN =
  /(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}])[\p{L}\p{N}\p{M}_])+|[^]/gu;

/** From left to right, with something that stays between any two; none of them parts a character. */
export function difference(before: string, after: string, budgetMs = BUDGET_MS): Splice[] {
  const deadline = spentMs() + budgetMs;
  const whole = trimmed({ from: 0, to: before.length, insert: after }, before);
  return between(whole, before, LINE)
    .flatMap((part) => refined(part, before, deadline))
    .filter(({ from, to, insert }) => to > from || insert);
}

/** Time that this thread has had so far, in milliseconds. */
export function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Without the pieces that stay because each text has them once. */
function between({ from, to, insert }: Splice, before: string, pieces: RegExp): Splice[] {
  const parts: Splice[] = [];
  let [start, startAfter] = [from, 0];
  for (const { before: at, after, length } of anchors(before.slice(from, to), insert, pieces)) {
    parts.push({ from: start, to: from + at, insert: insert.slice(startAfter, after) });
    [start, startAfter] = [from + at + length, after + length];
  }
  parts.push({ from: start, to, insert: insert.slice(startAfter) });
  return parts.map((part) => trimmed(part, before));
}

/** Without the words that stay, if they can be found in time. */
function refined(splice: Splice, before: string, deadline: number): Splice[] {
  const { from, to, insert } = splice;
  const isLarge = to - from + insert.length > MOST_UNITS;
  if (from === to || !insert || isLarge || spentMs() > deadline) return [splice];
  return between(splice, before, TOKEN).flatMap((part) => {
    const byWords = compared(part, before, TOKEN, deadline);
    if (byWords) return byWords;
    const byLines = compared(part, before, LINE, deadline) ?? [part];
    return byLines.flatMap((one) => compared(one, before, TOKEN, deadline) ?? [one]);
  });
}

/** Without the tokens that stay; undefined when there are too many, or no time is left. */
function compared(
  { from, to, insert }: Splice,
  before: string,
  token: RegExp,
  deadline: number,
): Splice[] | undefined {
  if (from === to || !insert) return [{ from, to, insert }];
  const seconds = (deadline - spentMs()) / 1000;
  const codes = new Codes(token);
  const [one, other] = [codes.of(before.slice(from, to)), codes.of(insert)];
  if (one === undefined || other === undefined || seconds <= 0) return undefined;
  const steps = makeDiff(one, other, { checkLines: false, timeout: seconds });
  const parts: Splice[] = [];
  let part = { from, to: from, insert: "" };
  for (const [kind, coded] of steps) {
    const text = codes.textOf(coded);
    if (kind === DIFF_DELETE) part.to += text.length;
    else if (kind !== DIFF_EQUAL) part.insert += text;
    else {
      parts.push(part);
      part = { from: part.to + text.length, to: part.to + text.length, insert: "" };
    }
  }
  return [...parts, part].map((found) => trimmed(found, before));
}

/** Writes each token as one character, so that the library compares tokens. */
class Codes {
  readonly #token: RegExp;
  readonly #codes = new Map<string, string>();
  readonly #tokens: string[] = [""];

  constructor(token: RegExp) {
    this.#token = token;
  }

  /** Undefined for too many. */
  of(text: string): string | undefined {
    const tokens = text.match(this.#token) ?? [];
    if (tokens.length > MOST_TOKENS) return undefined;
    return tokens.map((token) => this.#code(token)).join("");
  }

  textOf(coded: string): string {
    return Array.from(coded, (code) => this.#tokens[code.charCodeAt(0)]).join("");
  }

  /** There are at most twice `MOST_TOKENS`, so none is half of a surrogate pair. */
  #code(token: string): string {
    const known = this.#codes.get(token);
    if (known !== undefined) return known;
    const code = String.fromCharCode(this.#tokens.push(token) - 1);
    this.#codes.set(token, code);
    return code;
  }
}

/** Without what begins and ends alike, between whole characters. */
function trimmed({ from, to, insert }: Splice, before: string): Splice {
  const most = Math.min(to - from, insert.length);
  let start = 0;
  while (start < most && before.charCodeAt(from + start) === insert.charCodeAt(start)) start += 1;
  if (start > 0 && isHighHalf(insert.charCodeAt(start - 1))) start -= 1;
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(to - 1 - end) === insert.charCodeAt(insert.length - 1 - end)
  ) {
    end += 1;
  }
  if (end > 0 && isLowHalf(before.charCodeAt(to - end))) end -= 1;
  return { from: from + start, to: to - end, insert: insert.slice(start, insert.length - end) };
}

function isHighHalf(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowHalf(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

/** Formulas as MathML, which browsers set by themselves, and what of it a page may hold. */
import { renderToString } from "katex";
import { markdownReader } from "#protocol/markdown.ts";

/** How often macros may be expanded, and how large anything may be, in em. */
const BOUNDS = { maxExpand: 1000, maxSize: 50 };

const { escapeHtml } = markdownReader({ formula: () => "" }).utils;

const ELEMENTS = `
  math semantics annotation mrow mi mo mn ms mtext mspace mfrac msqrt mroot mstyle merror mpadded
  mphantom menclose msub msup msubsup munder mover munderover mtable mtr mlabeledtr mtd
`;

const ATTRIBUTES = `
  display encoding mathvariant mathsize mathcolor mathbackground displaystyle scriptlevel stretchy
  fence separator symmetric largeop movablelimits accent accentunder form lspace rspace minsize
  maxsize width height depth voffset linethickness notation columnalign columnspacing columnlines
  rowalign rowspacing rowlines frame side
`;

/** The attributes that each of its elements may have. */
export const MATH_RULES: Readonly<Record<string, string[]>> = Object.fromEntries(
  words(ELEMENTS).map((element) => [element, words(ATTRIBUTES)]),
);

/** What is wrong stands there as it was written. */
export function formulaOf(source: string, isBlock: boolean): string {
  const options = { ...BOUNDS, displayMode: isBlock, strict: "ignore", trust: false } as const;
  try {
    return renderToString(source, { ...options, output: "mathml", throwOnError: true });
  } catch {
    const code = `<code class="language-math">${escapeHtml(source.trim())}</code>`;
    return isBlock ? `<pre>${code}</pre>\n` : code;
  }
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

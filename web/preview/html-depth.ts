/**
 * How many elements a piece of raw HTML leaves open. Passes over each character once, whatever
 * is left open in it. Knows no Markdown and no DOM; good enough to keep together what belongs
 * together, and no parser.
 */

/** Elements that have no end tag. */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/i;

/** How a comment or a tag begins. */
const START = /<!--|<(\/?)([a-z][^\s/>]*)/gi;

/** What ends a tag, or begins a value that may hold what looks like its end. */
const WITHIN_TAG = />|=\s*["']/g;

/** Less than none when it closes what was opened before. What has no end is the end of the piece, as in a browser. */
export function depthOf(html: string): number {
  let depth = 0;
  let at: number | undefined = 0;
  while (at !== undefined) {
    START.lastIndex = at;
    const start = START.exec(html);
    if (!start) break;
    const [, slash, name] = start;
    at = name === undefined ? after(html, "-->", START.lastIndex) : tagEnd(html, START.lastIndex);
    if (at === undefined || name === undefined || VOID.test(name)) continue;
    if (html[at - 2] !== "/") depth += slash ? -1 : 1;
  }
  return depth;
}

/** Where what follows the tag begins. */
function tagEnd(html: string, from: number): number | undefined {
  let at: number | undefined = from;
  while (at !== undefined) {
    WITHIN_TAG.lastIndex = at;
    const found = WITHIN_TAG.exec(html)?.[0];
    if (found === undefined) return undefined;
    if (found === ">") return WITHIN_TAG.lastIndex;
    at = after(html, found.slice(-1), WITHIN_TAG.lastIndex);
  }
  return undefined;
}

function after(html: string, end: string, from: number): number | undefined {
  const at = html.indexOf(end, from);
  return at < 0 ? undefined : at + end.length;
}

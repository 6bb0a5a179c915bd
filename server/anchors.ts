/**
 * Lines, or words, by which two texts are held together: those that each has once, in the
 * order that they have in common. Bram Cohen's patience diff; it takes the same short time
 * whatever the texts say. Pure.
 */

/** A piece that stays, by where it starts in each text; UTF-16 code units. */
export interface Anchor {
  readonly before: number;
  readonly after: number;
  readonly length: number;
}

/** From left to right. @param pieces A global expression that takes a text apart, into lines or into words. */
export function anchors(before: string, after: string, pieces: RegExp): Anchor[] {
  const there = uniquePieces(after, pieces);
  const common: Anchor[] = [];
  for (const [piece, start] of uniquePieces(before, pieces)) {
    const other = there.get(piece) ?? REPEATED;
    if (start === REPEATED || other === REPEATED) continue;
    common.push({ before: start, after: other, length: piece.length });
  }
  return longestAscending(common);
}

const REPEATED = -1;

/** Each piece that says something, and where it starts: a blank or a lone sign holds nothing together. */
function uniquePieces(text: string, pieces: RegExp): Map<string, number> {
  const found = new Map<string, number>();
  let start = 0;
  for (const piece of text.match(pieces) ?? []) {
    if (piece.length > 1) found.set(piece, found.has(piece) ? REPEATED : start);
    start += piece.length;
  }
  return found;
}

interface Link {
  readonly anchor: Anchor;
  readonly previous: Link | undefined;
}

/** Of those that ascend in `before`, as a Map keeps them, the most that ascend in `after` too. */
function longestAscending(candidates: readonly Anchor[]): Anchor[] {
  /** For each length the chain that ends lowest; each link knows the one it follows. */
  const ends: Link[] = [];
  for (const anchor of candidates) {
    const place = firstPast(ends, anchor.after);
    ends[place] = { anchor, previous: ends[place - 1] };
  }
  const chain: Anchor[] = [];
  for (let link = ends.at(-1); link; link = link.previous) chain.push(link.anchor);
  return chain.toReversed();
}

function firstPast(ends: readonly Link[], after: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle]?.anchor.after ?? 0) < after) low = middle + 1;
    else high = middle;
  }
  return low;
}

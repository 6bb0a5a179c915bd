/** What two texts have in common, and what each has alone, by whole lines. Knows no page. */

export type Piece =
  | { readonly kind: "kept"; readonly text: string }
  | { readonly kind: "now"; readonly text: string }
  | { readonly kind: "both"; readonly text: string }
  /** Equal lines that are far from any difference. */
  | { readonly kind: "left out"; readonly lines: number };

/** Equal lines that are shown on each side of a difference. */
const CONTEXT = 3;

/** Texts that differ too much to be compared in this time are shown one after the other, in milliseconds. */
const PATIENCE_MS = 2000;

/** @param kept the text that a device kept. @param now the document's. */
export async function piecesOf(kept: string, now: string): Promise<Piece[]> {
  const changes = await difference(kept, now);
  if (!changes) {
    const whole = [{ kind: "now", text: now } as const, { kind: "kept", text: kept } as const];
    return whole.filter(({ text }) => text !== "");
  }
  return changes.flatMap(({ value, added, removed }, index): Piece[] => {
    if (added) return [{ kind: "kept", text: value }];
    if (removed) return [{ kind: "now", text: value }];
    return shortened(value, { isFirst: index === 0, isLast: index === changes.length - 1 });
  });
}

/** Undefined when it takes too long, or when the code for it cannot be had: the page may be offline, or older than the server. */
async function difference(kept: string, now: string) {
  try {
    const { diffLines } = await import("diff");
    // Or a last line without an end would differ from the same line with one.
    return diffLines(ended(now), ended(kept), { timeout: PATIENCE_MS });
  } catch {
    return undefined;
  }
}

function shortened(text: string, { isFirst = false, isLast = false }): Piece[] {
  const lines = text.split(/(?<=\n)/);
  const before = isFirst ? 0 : CONTEXT;
  const after = isLast ? 0 : CONTEXT;
  const leftOut = lines.length - before - after;
  // A line that says that one line is left out is no shorter.
  if (leftOut < 2) return [{ kind: "both", text }];
  const pieces: Piece[] = [
    { kind: "both", text: lines.slice(0, before).join("") },
    { kind: "left out", lines: leftOut },
    { kind: "both", text: lines.slice(lines.length - after).join("") },
  ];
  return pieces.filter((piece) => piece.kind !== "both" || piece.text !== "");
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/**
 * What may and what must stand in a text, by the accounts of those who wrote it. Each edit
 * writes or deletes one marker that there is only once. Knows no server and no document.
 */

/** One marker, written or deleted as a whole. */
export interface Edit {
  readonly marker: string;
  readonly isDeletion: boolean;
}

/** What somebody did, in this order. */
export interface Account {
  readonly edits: readonly Edit[];
  /** So many of them, from the first on, are on disk, the server said. */
  readonly acknowledged: number;
}

const MARKERS = /\[[\w.]+\]/g;

/** That nobody else writes. */
export function markerOf(writer: string, edit: number): string {
  return `[${writer}.${edit}]`;
}

/** The marker at this place or before it; undefined where there is none, or not all of it yet. */
export function markerAt(
  text: string,
  place: number,
): { from: number; marker: string } | undefined {
  const from = text.lastIndexOf("[", place);
  const marker = from < 0 ? "" : text.slice(from, text.indexOf("]", from) + 1);
  return new RegExp(`^${MARKERS.source}$`).test(marker) ? { from, marker } : undefined;
}

/** A sentence for each promise that this text breaks; none for a text as it should be. */
export function problemsIn(text: string, accounts: readonly Account[]): string[] {
  const { written, deleted, surelyWritten, surelyDeleted } = knowledgeOf(accounts);
  const there = Map.groupBy(text.match(MARKERS) ?? [], (marker) => marker);
  const torn = text.replaceAll(MARKERS, "");
  const problems: string[] = [];
  for (const [marker, { length }] of there) {
    if (length > 1) problems.push(`${marker} stands there ${length} times`);
    if (!written.has(marker)) problems.push(`${marker} was written by nobody`);
    if (surelyDeleted.has(marker)) problems.push(`${marker} is back: its deletion is lost`);
  }
  for (const marker of surelyWritten) {
    if (there.has(marker) || deleted.has(marker)) continue;
    problems.push(`${marker} is lost: it was acknowledged, and nobody deleted it`);
  }
  if (torn !== "") problems.push(`markers were torn: ${torn.slice(0, 100)}`);
  return problems;
}

/** Markers by what happened to them, and by what did so for sure. */
function knowledgeOf(accounts: readonly Account[]) {
  const [written, deleted] = [new Set<string>(), new Set<string>()];
  const [surelyWritten, surelyDeleted] = [new Set<string>(), new Set<string>()];
  for (const { edits, acknowledged } of accounts) {
    for (const [index, { marker, isDeletion }] of edits.entries()) {
      (isDeletion ? deleted : written).add(marker);
      if (index < acknowledged) (isDeletion ? surelyDeleted : surelyWritten).add(marker);
    }
  }
  return { written, deleted, surelyWritten, surelyDeleted };
}

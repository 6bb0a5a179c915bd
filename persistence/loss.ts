/** How many updates of a log are lost. Judges by numbers alone; asks no database. */

interface Numbered {
  readonly seq: number;
}

/** How many of the numbers after `from`, up to `upTo`, are not there, beyond those that were accepted. */
export function countLost(
  rows: readonly Numbered[],
  { from, upTo, accepted }: { from: number; upTo: number; accepted: number },
): number {
  const known = Math.max(from, accepted);
  const found = rows.filter(({ seq }) => seq > known && seq <= upTo).length;
  return Math.max(0, upTo - known) - found;
}

/** Places on a line, moved apart so that none covers another. */

/** Keeps the order; where there is no room for `gap` between all of them they stand closer. Any unit. */
export function spread(
  places: readonly number[],
  { gap, length }: { readonly gap: number; readonly length: number },
): readonly number[] {
  const step = Math.min(gap, length / Math.max(1, places.length - 1));
  const order = places
    .map((_, index) => index)
    .toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const spaced = [...places];
  let least = 0;
  for (const index of order) {
    spaced[index] = Math.max(least, spaced[index] ?? 0);
    least = (spaced[index] ?? 0) + step;
  }
  let most = length;
  for (const index of order.toReversed()) {
    spaced[index] = Math.min(most, spaced[index] ?? 0);
    most = (spaced[index] ?? 0) - step;
  }
  return spaced;
}

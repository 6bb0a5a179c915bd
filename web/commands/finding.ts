/** Finding by a few letters: every word that is typed must be in a name, at the start of a word best. */

/** How well a word fits; 0 when it does not. */
function fit(name: string, word: string): number {
  const at = name.indexOf(word);
  if (at === 0) return 4;
  if (at > 0) return /[\p{L}\p{N}]/u.test(name.charAt(at - 1)) ? 2 : 3;
  return hasInOrder(name, word) ? 1 : 0;
}

function hasInOrder(name: string, word: string): boolean {
  let at = -1;
  return [...word].every((letter) => (at = name.indexOf(letter, at + 1)) >= 0);
}

/** Those that fit, best first; all of them for no words. */
export function found<T extends { readonly name: string }>(
  items: readonly T[],
  typed: string,
): T[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fits = items.map((item) => {
    const each = words.map((word) => fit(item.name.toLocaleLowerCase(), word));
    return { item, sum: each.includes(0) ? -1 : each.reduce((sum, one) => sum + one, 0) };
  });
  return fits
    .filter(({ sum }) => sum >= 0)
    .toSorted((one, other) => other.sum - one.sum)
    .map(({ item }) => item);
}

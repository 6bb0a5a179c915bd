/** The colour of each person: ten hues of one lightness, taken so that two people differ. */

const COUNT = 10;
const FIRST_DEGREES = 25;

export interface Claim {
  readonly clientId: number;
  /** Index of a hue; undefined for a client that chose some other colour. */
  readonly hue: number | undefined;
}

/**
 * The hue that `own` should have: the one it has, unless a lower client id holds
 * it too; else the first that nobody holds; else one by client id.
 */
export function chooseHue(own: Claim, others: readonly Claim[]): number {
  const keeps = others.every(({ hue, clientId }) => hue !== own.hue || clientId > own.clientId);
  if (own.hue !== undefined && keeps) return own.hue;
  const taken = new Set(others.map(({ hue }) => hue));
  const free = Array.from({ length: COUNT }, (_, hue) => hue).find((hue) => !taken.has(hue));
  return free ?? own.clientId % COUNT;
}

/** For text in white on it, and for carets. */
export function colorOf(hue: number): string {
  return `oklch(0.52 0.15 ${degrees(hue)})`;
}

/** The same, at 20 %, for selections. */
export function lightColorOf(hue: number): string {
  return `oklch(0.52 0.15 ${degrees(hue)} / 0.2)`;
}

function degrees(hue: number): number {
  return (FIRST_DEGREES + (hue * 360) / COUNT) % 360;
}

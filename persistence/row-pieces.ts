/** Rows in pieces of a bounded size, so that a log of any length fits into memory. Knows no store. */
import type { Row } from "./document-rows.ts";

/** A piece holds about so much, as it is stored. */
export const PIECE = { rows: 2000, bytes: 4 * 1024 * 1024 };

/** Gathers what comes one by one, each as `shaped` makes it. */
export function* gathered(
  rows: Iterable<Row>,
  shaped: (row: Row) => Row,
): Generator<readonly Row[]> {
  let [piece, size] = [[] as Row[], 0];
  for (const row of rows) {
    piece.push(shaped(row));
    size += sizeOf([row]);
    if (piece.length < PIECE.rows && size < PIECE.bytes) continue;
    yield piece;
    [piece, size] = [[], 0];
  }
  if (piece.length > 0) yield piece;
}

/** Bytes of updates, runs and snapshots, as they are stored. */
export function sizeOf(rows: readonly Row[]): number {
  let sum = 0;
  for (const { size, bytes } of rows) {
    if (typeof size === "number") sum += size;
    else if (bytes instanceof Uint8Array) sum += bytes.length;
  }
  return sum;
}

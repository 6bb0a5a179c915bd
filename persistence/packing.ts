/**
 * Many byte arrays as one buffer that can be handed to another thread without a
 * copy. Posting a small view would clone the whole pool it points into.
 */

/** Byte arrays one after the other. */
export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of each part, in order. */
  readonly lengths: readonly number[];
}

/** Copies the parts into a buffer of exactly their size. */
export function pack(parts: readonly Uint8Array[]): Packed {
  const lengths = parts.map((part) => part.length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, lengths };
}

/** The parts as views into the one buffer. */
export function unpack({ bytes, lengths }: Packed): Uint8Array[] {
  let at = 0;
  return lengths.map((length) => bytes.subarray(at, (at += length)));
}

/**
 * Recognises the update of somebody who types: one piece of text put beside what is there,
 * nothing deleted. Most updates are such, and reading one this way costs a tenth of decoding
 * it. Whatever is anything else, or odd in any way, is not recognised. Pure; knows no document.
 */
import { isUtf8 } from "node:buffer";

/** The id of a character, as Yjs numbers them. */
export interface CharacterId {
  readonly client: number;
  readonly clock: number;
}

export interface Insertion extends CharacterId {
  /** In UTF-16 units. */
  readonly length: number;
  /** What it stands beside: at least one of the two. */
  readonly left: CharacterId | undefined;
  readonly right: CharacterId | undefined;
}

/** The byte before a struct: what it is, and which ids follow. @see Yjs, `structs/Item.js`. */
const INFO = { kind: 0x1f, string: 4, hasKey: 0x20, hasRight: 0x40, hasLeft: 0x80 };

/** @param update In Yjs's format v1. */
export function insertionIn(update: Uint8Array): Insertion | undefined {
  const reader = new Reader(update);
  const [clients, structs] = [reader.number(), reader.number()];
  if (clients !== 1 || structs !== 1) return undefined;
  const [client, clock, info] = [reader.number(), reader.number(), reader.byte()];
  const { kind, string, hasKey, hasLeft, hasRight } = INFO;
  // Without a neighbour it names its parent, and with a key it is no text.
  if ((info & kind) !== string || info & hasKey || !(info & (hasLeft | hasRight))) return undefined;
  const left = info & hasLeft ? reader.id() : undefined;
  const right = info & hasRight ? reader.id() : undefined;
  const length = lengthOf(reader.bytes());
  const deletions = reader.byte();
  if (!reader.isAtEnd || deletions !== 0 || !length) return undefined;
  if (!Number.isSafeInteger(clock + length)) return undefined;
  return { client, clock, length, left, right };
}

/** In UTF-16 units; undefined for what is no UTF-8. */
function lengthOf(text: Uint8Array): number | undefined {
  let length = 0;
  let isAscii = true;
  for (const byte of text) {
    if (byte < 0x80) length += 1;
    else {
      isAscii = false;
      // A byte that begins a character counts, twice if the character lies past U+FFFF.
      if (byte >= 0xc0) length += byte >= 0xf0 ? 2 : 1;
    }
  }
  return isAscii || isUtf8(text) ? length : undefined;
}

/** Reads lib0's numbers; past the end, and past what is safe, it answers NaN and is never at the end again. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) this.#at = Number.NaN;
    return byte ?? Number.NaN;
  }

  number(): number {
    let [number, factor, byte] = [0, 1, this.byte()];
    for (; byte >= 0x80; byte = this.byte(), factor *= 128) number += (byte & 0x7f) * factor;
    number += byte * factor;
    if (Number.isSafeInteger(number)) return number;
    this.#at = Number.NaN;
    return Number.NaN;
  }

  id(): CharacterId {
    return { client: this.number(), clock: this.number() };
  }

  bytes(): Uint8Array {
    const length = this.number();
    const from = this.#at;
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }
}

/**
 * One person's typing: every update inserts one character after the last, or one paste
 * before the last, written as Yjs would write it, so that a run measures the server and not
 * the making of updates. The character is one that the bytes around it never hold, so that
 * what arrived can be counted in the raw stream.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { CONTENT } from "../server/protocol/document.ts";
import { encodeFrame } from "../server/protocol/frames.ts";

const CHARACTER = "•";
const CHARACTER_BYTES = Buffer.from(CHARACTER);

/**
 * Info byte of an item holding a string, and the flags of its left and right neighbours.
 * @see Yjs, structs/Item.js
 */
const STRING_ITEM = 4;
const HAS_ORIGIN = 0x80;
const HAS_RIGHT_ORIGIN = 0x40;

export class Typist {
  /** Below 128, so that it is one byte and no part of the counted character. */
  readonly clientId: number;
  readonly #paste: string | undefined;
  /** How many updates were made so far. */
  typed = 0;

  /**
   * @param paste What each update inserts instead of a character. Pasted in front: what one
   * author appends becomes one long string in Yjs, which every update would copy.
   */
  constructor(clientId: number, paste?: string) {
    this.clientId = clientId;
    this.#paste = paste;
  }

  /** The message that carries the next character or paste. */
  type(): Uint8Array {
    return encodeFrame({ type: "update", update: this.#next() });
  }

  #next(): Uint8Array {
    const text = this.#paste ?? CHARACTER;
    const clock = this.typed++ * text.length;
    const [flag, neighbour] =
      this.#paste === undefined ? [HAS_ORIGIN, clock - 1] : [HAS_RIGHT_ORIGIN, clock - text.length];
    return encoding.encode((encoder) => {
      // One client with one struct, from this clock on.
      for (const number of [1, 1, this.clientId, clock]) encoding.writeVarUint(encoder, number);
      if (clock === 0) {
        encoding.writeUint8(encoder, STRING_ITEM);
        encoding.writeVarUint(encoder, 1);
        encoding.writeVarString(encoder, CONTENT);
      } else {
        encoding.writeUint8(encoder, STRING_ITEM | flag);
        encoding.writeVarUint(encoder, this.clientId);
        encoding.writeVarUint(encoder, neighbour);
      }
      encoding.writeVarString(encoder, text);
      encoding.writeVarUint(encoder, 0);
    });
  }
}

/** Counts characters in a byte stream, wherever it was cut. */
export class Counter {
  count = 0;
  #tail = Buffer.alloc(0);

  add(bytes: Buffer): void {
    this.#countIn(Buffer.concat([this.#tail, bytes.subarray(0, CHARACTER_BYTES.length - 1)]));
    this.#countIn(bytes);
    const keep = CHARACTER_BYTES.length - 1;
    this.#tail =
      bytes.length >= keep
        ? Buffer.from(bytes.subarray(-keep))
        : Buffer.concat([this.#tail, bytes]).subarray(-keep);
  }

  #countIn(bytes: Buffer): void {
    for (
      let at = bytes.indexOf(CHARACTER_BYTES);
      at >= 0;
      at = bytes.indexOf(CHARACTER_BYTES, at + 3)
    ) {
      this.count += 1;
    }
  }
}

/** The update that a message carries, as a sync step 2 or an update; undefined for any other message. */
export function updateIn(message: Uint8Array): Uint8Array | undefined {
  // Sync is 0; Hocuspocus answers with 4.
  if (message[0] !== 0 && message[0] !== 4) return undefined;
  if (message[1] !== 1 && message[1] !== 2) return undefined;
  return decoding.readVarUint8Array(decoding.createDecoder(message.subarray(2)));
}

/** How long what was typed in one document took to arrive. */
export class Delays {
  readonly #length: number;
  readonly #sentAt = new Map<number, number[]>();
  /** Milliseconds; one for everything that arrived somewhere since the last `clear`. */
  values: number[] = [];

  /** @param length Characters in one update. */
  constructor(length = 1) {
    this.#length = length;
  }

  /** The next update of this client leaves now. */
  sent(clientId: number): void {
    const times = this.#sentAt.get(clientId);
    if (times) times.push(performance.now());
    else this.#sentAt.set(clientId, [performance.now()]);
  }

  /** A message has come; servers may have joined several updates. */
  received(message: Uint8Array): void {
    const now = performance.now();
    for (const { client, clock, length } of typedIn(message)) {
      const from = Math.floor(clock / this.#length);
      const to = Math.floor((clock + length) / this.#length);
      const times = this.#sentAt.get(client)?.slice(from, to) ?? [];
      for (const time of times) this.values.push(now - time);
    }
  }

  clear(): void {
    this.values = [];
  }
}

/** Which characters a message brings: of whom, from which clock, how many. */
export function typedIn(
  message: Uint8Array,
): readonly { readonly client: number; readonly clock: number; readonly length: number }[] {
  const update = updateIn(message);
  const structs = update ? Y.decodeUpdate(update).structs : [];
  return structs.map(({ id: { client, clock }, length }) => ({ client, clock, length }));
}

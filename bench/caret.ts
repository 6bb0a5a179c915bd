/**
 * One person's caret, told as y-codemirror.next tells it in an awareness update, and read
 * from what a server passes on. Knows no socket.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { CONTENT } from "../server/protocol/document.ts";
import { encodeFrame } from "../server/protocol/frames.ts";

/** First byte of an awareness message. */
const AWARENESS = 1;

export class Caret {
  readonly clientId: number;
  readonly #user: { readonly name: string; readonly color: string };
  /** How often it moved. */
  moves = 0;

  constructor(clientId: number) {
    this.clientId = clientId;
    this.#user = { name: `Person ${clientId}`, color: "#30bced" };
  }

  /** The message that tells its next place: each has a clock of its own, from 1. */
  move(): Uint8Array {
    this.moves += 1;
    const place = new Y.RelativePosition(null, CONTENT, Y.createID(this.clientId, this.moves), 0);
    const state = { user: this.#user, cursor: { anchor: place, head: place } };
    const update = encoding.encode((encoder) => {
      for (const number of [1, this.clientId, this.moves]) encoding.writeVarUint(encoder, number);
      encoding.writeVarString(encoder, JSON.stringify(state));
    });
    return encodeFrame({ type: "awareness", update });
  }
}

/** What one reader was told of the others' carets. */
export class Sightings {
  readonly #own: number;
  readonly #clocks = new Map<number, number>();
  /** Entries of others, however many of them came in one message. */
  count = 0;

  /** @param own Client id of the reader. */
  constructor(own: number) {
    this.#own = own;
  }

  /** Whether this is the newest place of that caret that it was told of, or an older one. */
  hasSeen({ clientId, moves }: Caret): boolean {
    return clientId === this.#own || (this.#clocks.get(clientId) ?? 0) >= moves;
  }

  received(message: Uint8Array): void {
    if (message[0] !== AWARENESS) return;
    const decoder = decoding.createDecoder(message);
    decoder.pos = 1;
    decoding.readVarUint(decoder);
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const clientId = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      // The state is of no interest: its length tells where the next entry begins.
      decoder.pos = decoding.readVarUint(decoder) + decoder.pos;
      if (clientId === this.#own) continue;
      this.#clocks.set(clientId, clock);
      this.count += 1;
    }
  }
}

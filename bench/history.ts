/**
 * A long document as people leave it behind: 260,000 edits by one person who types, goes
 * back, deletes and goes on elsewhere; about 128,000 characters remain. The same for every run.
 */
import * as Y from "yjs";
import { CONTENT } from "../server/protocol/document.ts";

const EDITS = 260_000;
const SEED = 20_261_121;

/** Every how many edits the caret goes elsewhere, or some are taken back, and at most how many at once. */
const RUN = 120;
const BURST = { every: 25, most: 16 };

export interface History {
  /** In order; each one edit. */
  readonly updates: readonly Uint8Array[];
  /** Length of the text at the end, in UTF-16 units. */
  readonly length: number;
}

export function history(): History {
  const random = mulberry32(SEED);
  const doc = new Y.Doc();
  doc.clientID = 1;
  const text = doc.getText(CONTENT);
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  let [caret, burst] = [0, 0];
  for (let n = 0; n < EDITS; n++) {
    if (random() < 1 / RUN) caret = Math.floor(random() * (text.length + 1));
    if (random() < 1 / BURST.every) burst = Math.floor(random() * BURST.most);
    if (burst-- > 0 && caret > 0) text.delete(--caret, 1);
    else text.insert(caret++, random() < 1 / 6 ? " " : "e");
  }
  return { updates, length: text.length };
}

/** Tommy Ettinger's generator of 32 bits. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

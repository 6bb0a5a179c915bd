/** Frames that nobody honest sends: random bytes, and real frames with bytes changed or cut off. */
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { encodeFrame } from "#protocol/frames.ts";
import type { Random } from "../helpers/random.ts";

/** Real frames of all kinds, to be mutated. */
export function realFrames(random: Random): Uint8Array[] {
  const doc = new Y.Doc();
  doc.clientID = random.int(2 ** 31);
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const text = doc.getText(CONTENT);
  text.insert(0, "some words");
  text.insert(4, " more");
  text.delete(2, 5);
  text.format(0, 3, { bold: true });
  doc.getMap("meta").set("title", "a title");
  doc.getMap("meta").set("nested", new Y.Map([["x", new Y.Array()]]));
  const state = Y.encodeStateAsUpdate(doc);
  return [
    ...updates.map((update) => encodeFrame({ type: "update", update })),
    encodeFrame({ type: "step2", update: state }),
    encodeFrame({ type: "step1", stateVector: Y.encodeStateVector(doc) }),
    encodeFrame({ type: "awareness", update: new Uint8Array([1, 9, 1, 2, 123, 125]) }),
    encodeFrame({ type: "queryAwareness" }),
  ];
}

/** One hostile frame made of `real` ones. */
export function hostileFrame(random: Random, real: readonly Uint8Array[]): Uint8Array {
  if (random.int(10) === 0) return random.bytes(random.int(40));
  const frame = mutated(random.pick(real), random, 1 + random.int(4));
  return random.int(5) === 0 ? frame.slice(0, random.int(frame.length + 1)) : frame;
}

/** A copy in which that many bytes are others: half of them small, as lengths and clocks are. */
export function mutated(bytes: Uint8Array, random: Random, times: number): Uint8Array {
  const copy = bytes.slice();
  for (let n = 0; n < times; n++) {
    copy[random.int(copy.length)] = random.int(2) ? random.int(256) : random.int(8);
  }
  return copy;
}

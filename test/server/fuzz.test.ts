import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { encodeFrame } from "#protocol/frames.ts";
import { type Random, seeded } from "../helpers/random.ts";
import { DOCUMENT, roomScene, type Scene } from "../helpers/room-scene.ts";
import { until } from "../helpers/until.ts";

/** `FUZZ_FRAMES=1000000 npm test` for the long run. */
const FRAMES = Number(process.env.FUZZ_FRAMES) || 4000;

/** Real frames of all kinds, to be mutated. */
function samples(): Uint8Array[] {
  const doc = new Y.Doc();
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

function frameFrom(random: Random, from: readonly Uint8Array[]): Uint8Array {
  if (random.int(10) === 0) return random.bytes(random.int(40));
  const frame = random.pick(from).slice(0);
  for (let n = random.int(4); n >= 0; n--) {
    frame[random.int(frame.length)] = random.int(2) ? random.int(256) : random.int(8);
  }
  return random.int(5) === 0 ? frame.slice(0, random.int(frame.length + 1)) : frame;
}

async function bombard(scene: Scene, random: Random, frames: number): Promise<number> {
  const from = samples();
  let attacker = await scene.enter();
  let ended = 0;
  for (let n = 0; n < frames; n++) {
    attacker.session.receive(frameFrom(random, from));
    if (n % 50 === 0) await new Promise(setImmediate);
    if (attacker.peer.closedWith === undefined) continue;
    ended += 1;
    attacker = await scene.enter();
  }
  attacker.session.close();
  return ended;
}

test("[R17] random and mutated frames, in any number, end their sender at most: nobody else is harmed, and the log opens", async (t) => {
  const random = seeded(t);
  const scene = await roomScene(t);
  const witness = await scene.enter();
  const ended = await bombard(scene, random, FRAMES);
  t.diagnostic(`${FRAMES} frames, ${ended} of their senders ended`);
  assert.ok(ended > 0);
  assert.equal(witness.peer.closedWith, undefined);
  const lease = await scene.rooms.open(DOCUMENT);
  await lease.room.settled();
  const live = await lease.room.read();
  await scene.rooms.close();
  const again = await scene.rooms.open(DOCUMENT);
  assert.equal((await again.room.read()).content, live.content);
  await until(() => lease.room.isSaved);
});

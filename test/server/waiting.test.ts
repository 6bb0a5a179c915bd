/** What waits in a document, made by an editor who means harm: it stays small, and nobody else notices. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { say } from "../helpers/fake-peer.ts";
import { typing } from "../helpers/raw-client.ts";
import { DOCUMENT, roomScene, type Scene } from "../helpers/room-scene.ts";
import { until } from "../helpers/until.ts";

/** Decodes, but breaks Yjs while it is applied; found by mutating real updates. */
const POISON = Uint8Array.from([1, 1, 2, 0, 196, 2, 5, 1, 6, 2, 122, 122, 0]);

/** Inserts `text` as client `client`, after what client 1 has not written yet. */
function stray(client: number, text: string): Uint8Array {
  return encoding.encode((encoder) => {
    for (const number of [1, 1, client, 0]) encoding.writeVarUint(encoder, number);
    encoding.writeUint8(encoder, 0x84);
    for (const number of [1, 1000]) encoding.writeVarUint(encoder, number);
    encoding.writeVarString(encoder, text);
    encoding.writeVarUint(encoder, 0);
  });
}

/** Deletes, as a client would, what nobody has written yet. */
function strayDeletions(ranges: number): Uint8Array {
  return encoding.encode((encoder) => {
    for (const number of [0, 1, 1, ranges]) encoding.writeVarUint(encoder, number);
    for (let n = 0; n < ranges; n++) {
      for (const number of [100 + 2 * n, 1]) encoding.writeVarUint(encoder, number);
    }
  });
}

async function crowd(scene: Scene): Promise<number> {
  let taken = 0;
  for (let client = 2; ; client++) {
    const { session, peer } = await scene.enter();
    say(session, { type: "update", update: stray(client, "x".repeat(1000)) });
    await until(() => peer.acknowledgements.length > 0 || peer.closedWith);
    if (peer.closedWith) return taken;
    taken += 1;
    session.close();
  }
}

async function storedSeq({ control }: Scene): Promise<number> {
  return (await control.store.load(DOCUMENT))?.seq ?? 0;
}

test("[R20] when much waits, whoever sends more that has to wait is sent away, and nothing of it is kept", async (t) => {
  const scene = await roomScene(t);
  const witness = await scene.enter();
  const taken = await crowd(scene);
  assert.ok(taken > 10 && taken < 70, `${taken} of 1000 bytes were taken`);
  const relayed = witness.peer.updates.length;
  const more = [stray(99, "x".repeat(3000)), strayDeletions(1000), stray(98, "y".repeat(70_000))];
  for (const update of more) {
    for (const type of ["update", "step2"] as const) {
      const { session, peer } = await scene.enter();
      say(session, { type, update });
      await until(() => peer.closedWith === "overload");
      assert.deepEqual(peer.acknowledgements, []);
    }
  }
  assert.equal(await storedSeq(scene), taken);
  assert.equal(witness.peer.updates.length, relayed);
  assert.equal(witness.peer.closedWith, undefined);
});

test("[R20] many clients that wait are as bad as many bytes, and several runs of one client are no way around", async (t) => {
  const scene = await roomScene(t);
  const many = Y.mergeUpdates(Array.from({ length: 300 }, (_, n) => stray(2 + n, "x")));
  const twice = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 201);
    for (let clock = 0; clock <= 200; clock++) {
      for (const number of [1, 2, clock, 0, 1]) encoding.writeVarUint(encoder, number);
    }
    encoding.writeVarUint(encoder, 0);
  });
  for (const update of [many, twice]) {
    const { session, peer } = await scene.enter();
    say(session, { type: "update", update });
    await until(() => peer.closedWith === "overload");
  }
  assert.equal(await storedSeq(scene), 0);
});

test("[R21] however much waits, what applies, fills a gap or waits already is taken, and a step 2 heals", async (t) => {
  const scene = await roomScene(t);
  const doc = new Y.Doc();
  doc.clientID = 1;
  const updates = typing("z".repeat(1002), doc);
  await crowd(scene);
  const { session, peer } = await scene.enter();
  const vector = peer.frames.find((frame) => frame.type === "step1")?.stateVector;
  // This client was sent what waits, as everybody was, and has it waiting too.
  const sent = [...((await scene.control.store.load(DOCUMENT))?.tail ?? [])];
  for (const update of sent) Y.applyUpdate(doc, update);
  for (const update of updates.slice(0, 5)) say(session, { type: "update", update });
  await until(() => peer.acknowledgements.at(-1) === 5);
  const before = await storedSeq(scene);
  say(session, { type: "step2", update: Y.mergeUpdates(sent) });
  await until(() => peer.acknowledgements.at(-1) === 6);
  assert.equal(await storedSeq(scene), before);
  say(session, { type: "step2", update: Y.encodeStateAsUpdate(doc, vector) });
  await until(() => peer.acknowledgements.at(-1) === 7);
  assert.equal(peer.closedWith, undefined);
  const lease = await scene.rooms.open(DOCUMENT);
  const { content } = await lease.room.read();
  lease.release();
  assert.match(content, /zx{1000}/);
});

test("[R22] a stored document in which too much waits opens, takes edits and heals", async (t) => {
  const scene = await roomScene(t, 0);
  const doc = new Y.Doc();
  const [first = new Uint8Array(), ...rest] = typing("p".repeat(300), doc);
  const long = new Y.Doc();
  const [start = new Uint8Array(), ...after] = typing(`ab${"c".repeat(2)}`, long);
  const strays = Array.from({ length: 400 }, (_, n) => stray(2 + n, "x".repeat(500)));
  const updates = [...strays, ...rest, ...after];
  await scene.control.store.append(
    updates.map((update, index) => ({
      documentId: DOCUMENT,
      author: "a",
      at: 0,
      seq: index + 1,
      update,
    })),
  );
  for (const update of [first, start]) {
    const { session, peer } = await scene.enter();
    say(session, { type: "update", update });
    await until(() => peer.acknowledgements.at(-1) === 1);
    session.close();
  }
  const lease = await scene.rooms.open(DOCUMENT);
  const { content } = await lease.room.read();
  lease.release();
  assert.equal(content.length, 304);
  assert.match(content, /p{300}/);
  assert.match(content, /abcc/);
});

test("[R16] of a snapshot in which poison waits, only that is left out when the honest edit comes", async (t) => {
  const scene = await roomScene(t, 0);
  const doc = new Y.Doc();
  doc.clientID = 1;
  const updates = typing("honest words", doc);
  const visit = async (frames: readonly Uint8Array[]) => {
    const { session, peer } = await scene.enter();
    for (const update of frames) say(session, { type: "update", update });
    await until(() => peer.acknowledgements.at(-1) === frames.length);
    session.close();
    await until(() => scene.rooms.size === 0);
  };
  await visit([...updates.slice(0, 3), POISON]);
  await scene.control.store.compact(DOCUMENT, 4);
  await visit(updates.slice(3));
  const lease = await scene.rooms.open(DOCUMENT);
  assert.equal((await lease.room.read()).content, "honest words");
  lease.release();
});

test("[R7] an update that counts further than clients can is malformed", async (t) => {
  const scene = await roomScene(t);
  const { session, peer } = await scene.enter();
  const lengths = Array.from({ length: 100 }, () => Number.MAX_SAFE_INTEGER);
  const update = encoding.encode((encoder) => {
    for (const number of [1, lengths.length, 7, 0]) encoding.writeVarUint(encoder, number);
    for (const length of lengths) {
      encoding.writeUint8(encoder, 0);
      encoding.writeVarUint(encoder, length);
    }
    encoding.writeVarUint(encoder, 0);
  });
  say(session, { type: "update", update });
  await until(() => peer.closedWith === "malformed");
  assert.equal(await storedSeq(scene), 0);
  const other = await scene.enter();
  const asked = other.peer.frames.find((frame) => frame.type === "step1");
  assert.deepEqual(asked?.stateVector, new Uint8Array([0]));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { say } from "../helpers/fake-peer.ts";
import { POISON } from "../helpers/poison.ts";
import { typing } from "../helpers/raw-client.ts";
import { DOCUMENT, roomScene, type Scene } from "../helpers/room-scene.ts";
import { until } from "../helpers/until.ts";

async function storedText({ control }: Scene): Promise<string> {
  const stored = await control.store.load(DOCUMENT);
  const doc = new Y.Doc();
  for (const update of stored?.tail ?? []) Y.applyUpdate(doc, update);
  return doc.getText(CONTENT).toString();
}

test("[R1] what comes in during one turn leaves as one write to each, without its own for who sent it", async (t) => {
  const scene = await roomScene(t);
  const [anna, ben, cleo] = [await scene.enter(), await scene.enter(), await scene.enter()];
  const before = cleo.peer.batches;
  const [one, two] = [typing("ab"), typing("c")];
  for (const update of one) say(anna.session, { type: "update", update });
  for (const update of two) say(ben.session, { type: "update", update });
  await until(() => cleo.peer.updates.length === 3);
  assert.equal(cleo.peer.batches, before + 1);
  assert.deepEqual(cleo.peer.updates, [...one, ...two]);
  assert.deepEqual(anna.peer.updates, two);
  assert.deepEqual(ben.peer.updates, one);
});

test("[R2] nothing is acknowledged before the store has it, and all of it once it has", async (t) => {
  const scene = await roomScene(t);
  const { session, peer } = await scene.enter();
  const witness = await scene.enter();
  scene.control.hold();
  for (const update of typing("abc")) say(session, { type: "update", update });
  await until(() => witness.peer.updates.length === 3);
  assert.deepEqual(peer.acknowledgements, []);
  scene.control.release();
  await until(() => peer.acknowledgements.at(-1) === 3);
  assert.equal(await storedText(scene), "abc");
});

test("[R3] what is known already is acknowledged only when that is on disk too, and is not stored again", async (t) => {
  const scene = await roomScene(t);
  const [anna, ben] = [await scene.enter(), await scene.enter()];
  const [update = new Uint8Array()] = typing("a");
  scene.control.hold();
  say(anna.session, { type: "update", update });
  say(ben.session, { type: "step2", update });
  await until(() => ben.peer.updates.length === 1);
  assert.deepEqual(ben.peer.acknowledgements, []);
  scene.control.release();
  await until(() => ben.peer.acknowledgements.at(-1) === 1);
  assert.equal((await scene.control.store.load(DOCUMENT))?.seq, 1);
});

test("[R4] while a write is in flight the next ones gather into one", async (t) => {
  const scene = await roomScene(t);
  const { session, peer } = await scene.enter();
  scene.control.hold();
  const updates = typing("abcdefgh");
  for (const update of updates) {
    say(session, { type: "update", update });
    await new Promise(setImmediate);
  }
  assert.equal(scene.control.appends, 1);
  scene.control.release();
  await until(() => peer.acknowledgements.at(-1) === updates.length);
  assert.equal(scene.control.appends, 2);
});

test("[R5] a failed write is tried again until it succeeds; meanwhile the state is told and nothing acknowledged", async (t) => {
  const scene = await roomScene(t);
  const { session, peer } = await scene.enter();
  scene.control.fail("full");
  for (const update of typing("kept")) say(session, { type: "update", update });
  await until(() => peer.frames.some((f) => f.type === "storeState" && f.state === "full"));
  assert.deepEqual(peer.acknowledgements, []);
  scene.control.fail(undefined);
  await until(() => peer.acknowledgements.at(-1) === 4);
  assert.ok(peer.frames.some((f) => f.type === "storeState" && f.state === "ok"));
  assert.equal(await storedText(scene), "kept");
});

test("[R6] an update whose predecessors are missing is kept, stored, and heals when they come", async (t) => {
  const scene = await roomScene(t);
  const { session, peer } = await scene.enter();
  const [first = new Uint8Array(), ...later] = typing("abc");
  for (const update of later) say(session, { type: "update", update });
  await until(() => peer.acknowledgements.at(-1) === 2);
  say(session, { type: "update", update: first });
  await until(() => peer.acknowledgements.at(-1) === 3);
  assert.equal(await storedText(scene), "abc");
});

test("[R7] a malformed update ends its sender, and the others of the same turn are kept", async (t) => {
  const scene = await roomScene(t);
  const [anna, mallory] = [await scene.enter(), await scene.enter()];
  const [good = new Uint8Array()] = typing("g");
  say(mallory.session, { type: "update", update: good.slice(0, -2) });
  say(anna.session, { type: "update", update: good });
  await until(() => anna.peer.acknowledgements.at(-1) === 1);
  assert.equal(mallory.peer.closedWith, "malformed");
  assert.deepEqual(anna.peer.updates, []);
  assert.equal(await storedText(scene), "g");
});

test("[R8] a reader's step 2 is dropped unread, a reader's update ends it, and neither is kept", async (t) => {
  const scene = await roomScene(t);
  const [viewer, editor] = [await scene.enter("view"), await scene.enter()];
  assert.ok(!viewer.peer.frames.some(({ type }) => type === "step1"));
  say(viewer.session, { type: "step2", update: new Uint8Array([255, 255]) });
  const [update = new Uint8Array()] = typing("no");
  say(viewer.session, { type: "step2", update });
  assert.equal(viewer.peer.closedWith, undefined);
  say(viewer.session, { type: "update", update });
  assert.equal(viewer.peer.closedWith, "role");
  say(editor.session, { type: "update", update: typing("yes")[0] ?? new Uint8Array() });
  await until(() => editor.peer.acknowledgements.length > 0);
  assert.equal(await storedText(scene), "y");
  assert.deepEqual(viewer.peer.acknowledgements, []);
});

test("[R9] a document that cannot be read is refused, never opened blank, and opens once it can", async (t) => {
  const scene = await roomScene(t);
  scene.control.failLoads(true);
  await assert.rejects(scene.enter(), { code: "overload" });
  scene.control.failLoads(false);
  await scene.enter();
});

test("[R10] however many ask, a room is opened once", async (t) => {
  const scene = await roomScene(t);
  await Promise.all(Array.from({ length: 20 }, () => scene.enter()));
  assert.equal(scene.control.loads, 1);
});

test("[R11] an idle room is put away only when everything is saved and nobody holds it", async (t) => {
  const scene = await roomScene(t, 0);
  const { session, peer } = await scene.enter();
  scene.control.hold();
  for (const update of typing("late")) say(session, { type: "update", update });
  await new Promise(setImmediate);
  session.close();
  const again = await scene.enter();
  assert.equal(scene.control.loads, 1);
  again.session.close();
  assert.equal(scene.rooms.size, 1);
  scene.control.release();
  await until(() => scene.rooms.size === 0);
  assert.equal(await storedText(scene), "late");
  assert.deepEqual(peer.acknowledgements, []);
});

test("[R12] presence reaches the others and its removal too", async (t) => {
  const scene = await roomScene(t);
  const [anna, ben] = [await scene.enter(), await scene.enter()];
  const update = new Uint8Array([1, 5, 1, 2, 123, 125]);
  say(anna.session, { type: "awareness", update });
  await until(() => ben.peer.frames.some((f) => f.type === "awareness"));
  assert.deepEqual(ben.peer.frames.at(-1), { type: "awareness", update });
  anna.session.close();
  const gone = new Uint8Array([1, 5, 1, 4, 110, 117, 108, 108]);
  await until(() => ben.peer.frames.filter((f) => f.type === "awareness").length === 2);
  assert.deepEqual(ben.peer.frames.at(-1), { type: "awareness", update: gone });
});

test("[R13] an update that breaks while it is applied ends its sender alone; the document is rebuilt and goes on", async (t) => {
  const scene = await roomScene(t);
  const [anna, mallory] = [await scene.enter(), await scene.enter()];
  const doc = new Y.Doc();
  doc.clientID = 1;
  const updates = typing("stay with us", doc);
  for (const update of updates.slice(0, 8)) say(anna.session, { type: "update", update });
  say(mallory.session, { type: "update", update: POISON });
  for (const update of updates.slice(8)) say(anna.session, { type: "update", update });
  await new Promise(setImmediate);
  say(anna.session, { type: "step1", stateVector: new Uint8Array([0]) });
  await until(() => anna.peer.acknowledgements.at(-1) === updates.length);
  assert.equal(mallory.peer.closedWith, "malformed");
  assert.equal(anna.peer.closedWith, undefined);
  assert.equal(scene.control.loads, 2);
  assert.equal(await storedText(scene), "stay with us");
  const lease = await scene.rooms.open(DOCUMENT);
  assert.equal((await lease.room.read()).content, "stay with us");
  lease.release();
  assert.ok(anna.peer.frames.some(({ type }) => type === "step2"));
});

test("[R14] whoever sends an update that has to wait is asked for its state once, and the gap is closed by it", async (t) => {
  const scene = await roomScene(t);
  const { session, peer } = await scene.enter();
  const asked = () => peer.frames.filter(({ type }) => type === "step1").length;
  const doc = new Y.Doc();
  const [, ...later] = typing("abcd", doc);
  assert.equal(asked(), 1);
  for (const update of later) {
    say(session, { type: "update", update });
    await new Promise(setImmediate);
  }
  assert.equal(asked(), 2);
  say(session, { type: "step2", update: Y.encodeStateAsUpdate(doc) });
  await until(() => peer.acknowledgements.at(-1) === 4);
  assert.equal(await storedText(scene), "abcd");
});

test("[R15] a client that goes on piling up updates that have to wait is sent away to sync anew", async (t) => {
  const scene = await roomScene(t);
  const { session, peer } = await scene.enter();
  const [, ...later] = typing("x".repeat(503));
  for (const update of later) say(session, { type: "update", update });
  await until(() => peer.closedWith === "overload");
});

test("[R16] an update that waits, to break the next honest one, is left out; the honest one and the document go on", async (t) => {
  const scene = await roomScene(t, 0);
  const [anna, mallory] = [await scene.enter(), await scene.enter()];
  const doc = new Y.Doc();
  doc.clientID = 1;
  const updates = typing("honest words", doc);
  for (const update of updates.slice(0, 3)) say(anna.session, { type: "update", update });
  say(mallory.session, { type: "update", update: POISON });
  await until(() => mallory.peer.acknowledgements.at(-1) === 1);
  for (const update of updates.slice(3)) say(anna.session, { type: "update", update });
  await until(() => anna.peer.acknowledgements.at(-1) === updates.length);
  assert.equal(anna.peer.closedWith, undefined);
  for (const { session } of [anna, mallory]) session.close();
  await until(() => scene.rooms.size === 0);
  await scene.control.store.compact(DOCUMENT, 100);
  const lease = await scene.rooms.open(DOCUMENT);
  assert.equal((await lease.room.read()).content, "honest words");
  lease.release();
});

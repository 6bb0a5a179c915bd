import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import type { Entry } from "../../persistence/store.ts";
import { StoreError } from "../../persistence/store-error.ts";
import { AppError } from "../../server/errors.ts";
import type { Room } from "../../server/room.ts";
import { say } from "../helpers/fake-peer.ts";
import { breakingUpdates } from "../helpers/poison.ts";
import { typing } from "../helpers/raw-client.ts";
import { DOCUMENT, roomScene, type Scene } from "../helpers/room-scene.ts";
import { until } from "../helpers/until.ts";

async function open(t: TestContext, scene: Scene): Promise<Room> {
  const lease = await scene.rooms.open(DOCUMENT);
  t.after(() => lease.release());
  return lease.room;
}

/** Puts something at the end. */
function write(room: Room, insert: string): Promise<void> {
  return room.edit("a-link", ({ content: { length } }) => ({
    splices: [{ from: length, to: length, insert }],
  }));
}

/** Every entry that reaches the store. */
function storedBy({ control }: Scene): Entry[] {
  const entries: Entry[] = [];
  const { store } = control;
  const append = store.append.bind(store);
  store.append = async (batch) => {
    const numbers = await append(batch);
    entries.push(...batch);
    return numbers;
  };
  return entries;
}

function textFrom(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText(CONTENT).toString();
}

async function newcomersText(scene: Scene): Promise<string> {
  const { session, peer } = await scene.enter();
  say(session, { type: "step1", stateVector: Uint8Array.of(0) });
  const state = await until(() => peer.frames.find((frame) => frame.type === "step2"));
  session.close();
  return textFrom(state.type === "step2" ? [state.update] : []);
}

function isRefused(code: string) {
  return (error: unknown) => error instanceof AppError && error.code === code;
}

test("[T130] an edit by REST is shown to nobody before it is on disk, and then to everybody, in the name of its link", async (t) => {
  const scene = await roomScene(t);
  const entries = storedBy(scene);
  const { peer } = await scene.enter();
  const room = await open(t, scene);
  scene.control.hold();
  const edit = write(room, "hello");
  await until(() => scene.control.appends === 1);
  assert.equal(await newcomersText(scene), "");
  assert.equal((await room.read()).content, "");
  scene.control.release();
  await edit;
  assert.equal((await room.read()).content, "hello");
  await until(() => peer.updates.length === 1);
  assert.equal(textFrom(peer.updates), "hello");
  assert.deepEqual(
    entries.map(({ author }) => author),
    ["a-link"],
  );
});

test("[T131] what others type while such an edit is being written is merged with it", async (t) => {
  const scene = await roomScene(t);
  const room = await open(t, scene);
  await write(room, "one two");
  const { session, peer } = await scene.enter();
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(await docOf(scene)));
  scene.control.hold();
  const edit = room.edit("a-link", () => ({ splices: [{ from: 4, to: 7, insert: "2" }] }));
  await until(() => scene.control.appends === 2);
  const vector = Y.encodeStateVector(doc);
  doc.getText(CONTENT).insert(0, "zero ");
  say(session, { type: "update", update: Y.encodeStateAsUpdate(doc, vector) });
  await until(async () => (await room.read()).content === "zero one two");
  scene.control.release();
  await edit;
  assert.equal((await room.read()).content, "zero one 2");
  await until(() => {
    for (const update of peer.updates) Y.applyUpdate(doc, update);
    return doc.getText(CONTENT).toString() === "zero one 2";
  });
  await until(async () => (await docOf(scene)).getText(CONTENT).toString() === "zero one 2");
});

async function docOf({ control }: Scene): Promise<Y.Doc> {
  const doc = new Y.Doc();
  for (const update of (await control.store.load(DOCUMENT))?.tail ?? []) Y.applyUpdate(doc, update);
  return doc;
}

test("[T132] edits by REST are made one after another, each on what the one before left; of too many at once some are told to wait", async (t) => {
  const scene = await roomScene(t);
  const room = await open(t, scene);
  const letters = Array.from("abcdefghijklmnopqrst");
  await Promise.all(letters.map((letter) => write(room, letter)));
  assert.equal((await room.read()).content, letters.join(""));
  scene.control.hold();
  const many = Array.from({ length: 110 }, () => write(room, "x"));
  const refused = isRefused("rate");
  await assert.rejects(write(room, "y"), refused);
  scene.control.release();
  const results = await Promise.allSettled(many);
  const made = results.filter(({ status }) => status === "fulfilled").length;
  assert.ok(made >= 100 && made < 110);
  assert.equal((await room.read()).content, letters.join("") + "x".repeat(made));
});

test("[T133] an edit that cannot be stored is refused, shown to nobody, and not tried again", async (t) => {
  const scene = await roomScene(t);
  const { session, peer } = await scene.enter();
  const room = await open(t, scene);
  await write(room, "kept ");
  scene.control.fail("full");
  await assert.rejects(write(room, "lost"), (error) => error instanceof StoreError);
  await assert.rejects(write(room, "neither"), isRefused("overload"));
  // What people type meanwhile is kept, and stored behind what was taken back.
  const [update = new Uint8Array()] = typing("x");
  say(session, { type: "update", update });
  scene.control.fail(undefined);
  await until(() => peer.acknowledgements.at(-1) === 1);
  await write(room, "!");
  assert.equal((await room.read()).content.replace("x", ""), "kept !");
  assert.equal((await docOf(scene)).getText(CONTENT).toString().replace("x", ""), "kept !");
  await until(() => textFrom([...peer.updates, update]).replace("x", "") === "kept !");
});

test("[T134] while the disk does not answer an edit is given up in time, and those behind it are never made", async (t) => {
  const scene = await roomScene(t, 1e6, undefined, 300);
  const { peer } = await scene.enter();
  const room = await open(t, scene);
  scene.control.hold();
  const edits = [write(room, "first"), write(room, "second")];
  for (const edit of edits) await assert.rejects(edit, isRefused("overload"));
  assert.equal(peer.updates.length, 0);
  scene.control.release();
  await until(() => peer.updates.length === 1, { what: "what was written is shown" });
  await write(room, ", third");
  assert.equal((await room.read()).content, "first, third");
});

test("[T135] what changes nothing is answered when what is there is on disk, and is no entry of the log", async (t) => {
  const scene = await roomScene(t);
  const { session, peer } = await scene.enter();
  const room = await open(t, scene);
  scene.control.hold();
  for (const update of typing("abc")) say(session, { type: "update", update });
  await until(async () => (await room.read()).content === "abc");
  let isDone = false;
  const edit = room.edit("a-link", () => ({ splices: [] })).then(() => (isDone = true));
  await until(() => scene.control.appends === 1);
  assert.equal(isDone, false);
  scene.control.release();
  await edit;
  assert.equal(peer.acknowledgements.at(-1), 3);
  assert.equal((await scene.control.store.load(DOCUMENT))?.seq, 3);
});

test("[T136] a document that breaks and is rebuilt meanwhile has the edit exactly when it is on disk", async (t) => {
  const scene = await roomScene(t);
  const room = await open(t, scene);
  await write(room, "before ");
  const { session, peer } = await scene.enter();
  scene.control.hold();
  const edit = write(room, "after");
  await until(() => scene.control.appends === 2);
  for (const update of breakingUpdates()) say(session, { type: "update", update });
  await until(() => peer.closedWith === "malformed");
  assert.equal(words((await room.read()).content), "before ");
  scene.control.release();
  await edit;
  assert.equal(words((await room.read()).content), "before after");
  assert.equal(words(await newcomersText(scene)), "before after");
});

/** Without the letters that break something. */
function words(text: string): string {
  return text.replace("12345678", "");
}

test("[T137] each life of a room writes under an id of its own", async (t) => {
  const scene = await roomScene(t, 0);
  for (const word of ["one ", "two "]) {
    const lease = await scene.rooms.open(DOCUMENT);
    await write(lease.room, word);
    lease.release();
    await until(() => scene.rooms.size === 0, { what: "the room is put away" });
  }
  const doc = await docOf(scene);
  assert.equal(doc.getText(CONTENT).toString(), "one two ");
  assert.equal(doc.store.clients.size, 2);
});

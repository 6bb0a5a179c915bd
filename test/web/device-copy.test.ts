/** The copy on the device, on a database in memory that behaves as a browser's. */
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import * as idb from "lib0/indexeddb";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { copyName, DeviceCopy, keptEpochs, removeCopy } from "../../web/device/device-copy.ts";
import { Drafts } from "../../web/device/drafts.ts";
import { rescueStranded } from "../../web/device/stranded.ts";
import { until } from "../helpers/until.ts";

let documents = 0;

/** Of a document that no other test knows. */
function newId(): string {
  return `d${(documents += 1)}`;
}

/** A tab that has opened its copy. */
async function tab(t: TestContext, id: string, epoch = 1) {
  const doc = new Y.Doc();
  const copy = new DeviceCopy(id, doc);
  await copy.open(epoch);
  const close = () => {
    copy.close();
    doc.destroy();
  };
  t.after(close);
  const text = doc.getText(CONTENT);
  let unsaved = copy.found;
  const type = (typed: string) => {
    for (const letter of typed) {
      text.insert(text.length, letter);
      copy.follow((unsaved += 1));
    }
  };
  const settled = () => until(() => copy.isSettled);
  return { copy, doc, text, type, settled, close };
}

test("[W43] what was written before is loaded from the device, with the number of changes that were not acknowledged", async (t) => {
  const id = newId();
  const first = await tab(t, id);
  assert.equal(first.copy.isWhole, false);
  first.type("abc");
  await first.settled();
  await first.copy.markWhole();
  first.close();
  const second = await tab(t, id);
  assert.equal(second.text.toString(), "abc");
  assert.deepEqual([second.copy.found, second.copy.kept, second.copy.isWhole], [3, 3, true]);
});

test("[W44] an acknowledged change is unsaved no more, after a reload either", async (t) => {
  const id = newId();
  const first = await tab(t, id);
  first.type("abc");
  await first.settled();
  first.copy.follow(1);
  await first.settled();
  assert.equal((await tab(t, id)).copy.found, 1);
  first.copy.follow(0);
  await first.settled();
  assert.equal((await tab(t, id)).copy.found, 0);
});

test("[W45] each epoch has a copy of its own", async (t) => {
  const id = newId();
  const first = await tab(t, id, 1);
  first.type("old");
  await first.settled();
  const second = await tab(t, id, 2);
  assert.deepEqual([second.text.toString(), second.copy.found], ["", 0]);
});

test("[W46] two tabs keep their own count of unsaved changes, and a third adds them up", async (t) => {
  const id = newId();
  const [one, two] = [await tab(t, id), await tab(t, id)];
  one.type("ab");
  two.type("cde");
  await Promise.all([one.settled(), two.settled()]);
  one.copy.follow(0);
  await one.settled();
  assert.equal((await tab(t, id)).copy.found, 3);
  one.type("f");
  await one.settled();
  const third = await tab(t, id);
  assert.equal(third.text.length, 6);
  await one.copy.refresh();
  assert.equal(one.text.length, 6);
});

test("[W47] a device that refuses a write is no longer said to keep anything, and typing goes on", async (t) => {
  const { copy, text, type, settled } = await tab(t, newId());
  type("a");
  await settled();
  assert.equal(copy.keeps, true);
  const put = t.mock.method(IDBObjectStore.prototype, "put", function (this: IDBObjectStore) {
    this.transaction.abort();
  });
  type("b");
  await until(() => !copy.keeps);
  put.mock.restore();
  type("c");
  assert.equal(text.toString(), "abc");
  assert.equal(copy.kept, undefined);
  assert.equal(copy.isSettled, false);
});

test("[W48] a copy that is removed elsewhere is let go of, and typing goes on", async (t) => {
  const id = newId();
  const { copy, text, type } = await tab(t, id);
  type("a");
  void removeCopy(id, 1);
  await until(() => !copy.keeps);
  type("b");
  assert.equal(text.toString(), "ab");
  assert.equal((await tab(t, id)).text.toString(), "");
});

test("[W49] a change is settled only when the device has it", async (t) => {
  const id = newId();
  const { copy, type, settled } = await tab(t, id);
  assert.equal(copy.isSettled, true);
  type("abc");
  assert.deepEqual([copy.isSettled, copy.kept], [false, 0]);
  await settled();
  assert.equal(copy.kept, 3);
  assert.equal((await tab(t, id)).text.toString(), "abc");
});

test("[W71] a database that throws at a key ends the keeping, and the key reaches all others who listen", async (t) => {
  const { copy, doc, text, type, settled } = await tab(t, newId());
  type("a");
  await settled();
  let heard = 0;
  doc.on("update", () => (heard += 1));
  t.mock.method(IDBDatabase.prototype, "transaction", () => {
    throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
  });
  text.insert(1, "b");
  assert.equal(heard, 1);
  assert.equal(copy.keeps, false);
  text.insert(2, "c");
  assert.equal(heard, 2);
});

test("[W72] a copy of another version that could not be read in its time becomes a draft later", async (t) => {
  const id = newId();
  const old = await tab(t, id, 1);
  old.type("kept here");
  await old.settled();
  old.close();
  const drafts = await Drafts.open();
  await rescueStranded(id, 1, drafts);
  assert.deepEqual(await drafts.of(id), []);
  await rescueStranded(id, 2, drafts);
  const [draft] = await drafts.of(id);
  assert.deepEqual([draft?.text, draft?.epoch], ["kept here", 1]);
  await until(async () => (await tab(t, id, 1)).text.length === 0);
});

test("[W77] what the device kept and cannot be read takes nothing else with it, and is not dropped", async (t) => {
  const warn = t.mock.method(console, "warn", () => {});
  const id = newId();
  const first = await tab(t, id);
  first.type("abc");
  await first.settled();
  first.close();
  const name = copyName(id, 1);
  const [broken] = await putUpdates(name, [CUT_OFF, NO_UPDATE], 1.1);
  const second = await tab(t, id);
  assert.equal(second.text.toString(), "abc");
  assert.deepEqual([second.copy.keeps, second.copy.found], [true, 3]);
  assert.deepEqual(second.copy.damaged, [CUT_OFF, NO_UPDATE]);
  assert.equal(warn.mock.callCount(), 2);
  second.type("d".repeat(600));
  await second.settled();
  await until(async () => (await keysIn(name)).length < 20);
  assert.ok((await keysIn(name)).includes(broken ?? 0), "folding leaves it where it was");
  second.close();
  const third = await tab(t, id);
  assert.equal(third.text.toString(), `abc${"d".repeat(600)}`);
  assert.deepEqual(third.copy.damaged, [CUT_OFF, NO_UPDATE]);
});

test("[W77] a stranded copy of which something cannot be read becomes a draft, with what that was", async (t) => {
  t.mock.method(console, "warn", () => {});
  const id = newId();
  const old = await tab(t, id, 1);
  old.type("kept here");
  await old.settled();
  old.close();
  await putUpdates(copyName(id, 1), [NO_UPDATE], 1.1);
  const drafts = await Drafts.open();
  await rescueStranded(id, 2, drafts);
  const [draft] = await drafts.of(id);
  assert.deepEqual([draft?.text, draft?.damaged], ["kept here", [NO_UPDATE]]);
  assert.deepEqual(await keptEpochs(id), []);
});

test("[W78] many changes on the device are folded into one, which says the same", async (t) => {
  const id = newId();
  const [one, two] = [await tab(t, id), await tab(t, id)];
  two.type("elsewhere ");
  await two.settled();
  one.type("x".repeat(520));
  await one.settled();
  await until(async () => (await keysIn(copyName(id, 1))).length < 20);
  one.type("y");
  two.type("z");
  await Promise.all([one.settled(), two.settled()]);
  await Promise.all([one.copy.refresh(), two.copy.refresh()]);
  const { text, copy } = await tab(t, id);
  assert.deepEqual([text.length, copy.found], [532, 532]);
  assert.deepEqual(
    [one, two].map((other) => other.text.toString() === text.toString()),
    [true, true],
  );
});

const NO_UPDATE = new Uint8Array([9, 9, 9, 9]);

/** An insertion whose deletions never came onto the disk. */
const CUT_OFF = (() => {
  const doc = new Y.Doc();
  doc.getText(CONTENT).insert(0, "half");
  return Y.encodeStateAsUpdate(doc).slice(0, -1);
})();

/** Between those that are there; answers their keys. */
async function putUpdates(name: string, updates: Uint8Array[], from: number): Promise<number[]> {
  const db = await idb.openDB(name, () => {});
  const store = db.transaction("updates", "readwrite").objectStore("updates");
  const keys = updates.map((_, index) => from + index / 10);
  await Promise.all(updates.map((update, index) => idb.put(store, update as never, keys[index])));
  db.close();
  return keys;
}

async function keysIn(name: string): Promise<number[]> {
  const db = await idb.openDB(name, () => {});
  const keys = await idb.getAllKeys(db.transaction("updates").objectStore("updates"));
  db.close();
  return keys as number[];
}

import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { LiveDocument } from "../../server/live-document.ts";
import { typing } from "../contract/sample-documents.ts";

const LACKS_ALL = Uint8Array.of(0);

/** A state of several people, with deletions in it. */
function written(): Y.Doc {
  const [one, other] = [new Y.Doc(), new Y.Doc()];
  one.getText("content").insert(0, "# Title\nsome text that somebody wrote");
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one));
  other.getText("content").delete(3, 6);
  other.getText("content").insert(5, " 🪶 ");
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other));
  return one;
}

/** What a client makes of what it is sent. */
function received(document: LiveDocument, vector = LACKS_ALL): string {
  const doc = new Y.Doc();
  for (const part of document.partsSince(vector)) Y.applyUpdate(doc, part);
  return doc.getText("content").toString();
}

function edit(update: Uint8Array) {
  return { update, isState: false };
}

test("[R36] a document asleep gives a newcomer what one awake gives, and the same state vector", () => {
  const doc = written();
  const [text, snapshot] = [doc.getText("content").toString(), Y.encodeStateAsUpdate(doc)];
  const asleep = new LiveDocument({ snapshot, tail: [] }, 0);
  const awake = new LiveDocument({ snapshot: undefined, tail: [snapshot] }, 0);
  for (const document of [asleep, awake]) {
    assert.equal(received(document), text);
    assert.deepEqual(Y.decodeStateVector(document.vector()), Y.decodeStateVector(awake.vector()));
    assert.deepEqual([document.content, document.title], [text, text.slice("# ".length)]);
  }
});

test("[R36] an edit wakes it, and it can sleep and wake again and again", () => {
  const doc = new Y.Doc();
  const updates = typing("written bit by bit", doc);
  const document = new LiveDocument({ snapshot: undefined, tail: [] }, 0);
  for (const [index, update] of updates.entries()) {
    assert.deepEqual(document.take([edit(update)]), ["applied"]);
    if (index % 3 === 0) document.sleep();
    if (index % 2 === 0) assert.deepEqual(document.take([edit(update)]), ["known"]);
    if (index % 5 === 0) document.sleep();
  }
  document.sleep();
  assert.equal(received(document), "written bit by bit");
  assert.deepEqual(document.vector(), Y.encodeStateVector(doc));
});

test("[R36] asleep it measures itself against its limit", () => {
  const updates = typing("x".repeat(200));
  const [first = new Uint8Array(), ...more] = updates;
  const document = new LiveDocument({ snapshot: undefined, tail: [first] }, 1000);
  const outcomes = more.map((update, index) => {
    if (index % 20 === 0) document.sleep();
    return document.take([edit(update)])[0];
  });
  assert.deepEqual([...new Set(outcomes)], ["applied"]);
  const large = typing("y".repeat(1000)).map((update) => document.take([edit(update)])[0]);
  assert.ok(large.includes("full"));
});

test("[R36] a state that brings nothing does not wake it, and what does not decode never opens", () => {
  const snapshot = Y.encodeStateAsUpdate(written());
  const document = new LiveDocument({ snapshot, tail: [] }, 0);
  const parts = document.partsSince(LACKS_ALL);
  const nothing = { update: Uint8Array.of(0, 0), isState: true };
  assert.deepEqual(document.take([nothing, nothing]), ["known", "known"]);
  assert.equal(document.partsSince(LACKS_ALL), parts);
  assert.throws(() => new LiveDocument({ snapshot: snapshot.subarray(0, 20), tail: [] }, 0));
});

test("[R37] what waits for its predecessor keeps it awake, and is there when that comes", () => {
  const [first = new Uint8Array(), second = new Uint8Array()] = typing("ab");
  const document = new LiveDocument({ snapshot: undefined, tail: [] }, 0);
  assert.deepEqual(document.take([edit(second)]), ["waiting"]);
  document.sleep();
  assert.equal(document.hasGap, true);
  assert.deepEqual(document.take([edit(first)]), ["applied"]);
  assert.equal(received(document), "ab");
});

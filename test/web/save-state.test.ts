import assert from "node:assert/strict";
import { test } from "node:test";
import { type SaveFacts, saveState } from "../../web/save-state.ts";

const CALM: SaveFacts = {
  link: { kind: "open" },
  synced: true,
  mayEdit: true,
  unsaved: 0,
  isPending: false,
  isBroken: false,
  storeState: "ok",
  onDevice: 99,
};

const TABLE: readonly (readonly [string, Partial<SaveFacts>, string])[] = [
  ["all is acknowledged", {}, "Saved"],
  [
    "the server hears of others only from the store",
    { storeState: "apart" },
    "Saved – changes of others may take a second to arrive.",
  ],
  ["an edit is on its way", { unsaved: 1 }, "Saving…"],
  ["something older is on its way", { isPending: true }, "Saving…"],
  [
    "the editor met an error",
    { isBroken: true },
    "Not saved – this page met an error. Copy what you wrote last and reload.",
  ],
  ["nothing has come yet", { synced: false }, ""],
  ["it connects for the first time", { link: { kind: "connecting" }, synced: false }, ""],
  ["the connection is lost", { link: { kind: "lost" } }, "Offline"],
  ["the first connection failed", { link: { kind: "lost" }, synced: false }, "Offline"],
  [
    "one change waits",
    { link: { kind: "lost" }, unsaved: 1 },
    "Offline – 1 change kept on this device",
  ],
  [
    "one waits and the browser keeps nothing",
    { link: { kind: "lost" }, unsaved: 1, onDevice: undefined },
    "Offline – 1 change kept in this tab",
  ],
  [
    "the disk is full and the browser keeps nothing",
    { storeState: "full", unsaved: 3, onDevice: undefined },
    "Not saved – the server's disk is full. Your changes are kept in this tab.",
  ],
  [
    "what an earlier visit left is there before the server is",
    { link: { kind: "connecting" }, synced: false, unsaved: 2 },
    "Saving…",
  ],
  [
    "some wait",
    { link: { kind: "lost" }, unsaved: 12 },
    "Offline – 12 changes kept on this device",
  ],
  [
    "something of it is lost on the server",
    { storeState: "read-only" },
    "Read only – this document is being repaired.",
  ],
  [
    "the disk is full",
    { storeState: "full", unsaved: 3 },
    "Not saved – the server's disk is full. Your changes are kept on this device.",
  ],
  [
    "the document is full",
    { link: { kind: "refused", code: 4413, reason: "full" } },
    "Not saved – this document has reached its size limit. Copy your last change and reload.",
  ],
  ["the link only reads", { mayEdit: false }, "Read only – this link lets you read."],
  [
    "the role fell while something was written",
    { mayEdit: false, unsaved: 2 },
    "Not saved – this link lets you read only. Copy your last changes.",
  ],
  [
    "a change was too large",
    { link: { kind: "refused", code: 1009, reason: "large" } },
    "Not saved – the last change is too large. Copy it and reload.",
  ],
  [
    "the link ended",
    { link: { kind: "refused", code: 4403, reason: "revoked" } },
    "Not saved – this link does not work any more.",
  ],
];

for (const [name, facts, text] of TABLE) {
  test(`[W1] when ${name}: "${text}"`, () => {
    assert.equal(saveState({ ...CALM, ...facts }).text, text);
  });
}

test("[W16] “Saved” is never said while anything is unacknowledged, whatever else is the case", () => {
  for (const [, facts] of TABLE) {
    const state = saveState({ ...CALM, ...facts, unsaved: 1 });
    assert.doesNotMatch(state.text, /^Saved/);
    assert.notEqual(state.tone, "good");
  }
});

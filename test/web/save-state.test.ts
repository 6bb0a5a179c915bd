import assert from "node:assert/strict";
import { test } from "node:test";
import { type SaveFacts, saveState } from "../../web/save-state.ts";

const CALM: SaveFacts = {
  link: { kind: "open" },
  synced: true,
  unsaved: 0,
  unsavedSince: undefined,
  storeState: "ok",
  now: 10_000,
};

const TABLE: readonly (readonly [string, Partial<SaveFacts>, string])[] = [
  ["all is acknowledged", {}, "Saved"],
  ["an edit is on its way for a moment", { unsaved: 1, unsavedSince: 9700 }, "Saved"],
  ["an edit is on its way for longer", { unsaved: 1, unsavedSince: 9500 }, "Saving…"],
  ["nothing has come yet", { synced: false }, ""],
  ["the connection is lost", { link: { kind: "lost" } }, "Offline"],
  ["it is being made again", { link: { kind: "connecting" } }, "Offline"],
  [
    "one change waits",
    { link: { kind: "lost" }, unsaved: 1 },
    "Offline – 1 change kept in this tab",
  ],
  ["some wait", { link: { kind: "lost" }, unsaved: 12 }, "Offline – 12 changes kept in this tab"],
  [
    "the disk is full",
    { storeState: "full", unsaved: 3, unsavedSince: 0 },
    "Not saved – the server's disk is full. Your changes are kept in this tab.",
  ],
  [
    "the document is full",
    { link: { kind: "refused", code: 4413, reason: "full" } },
    "Not saved – this document has reached its size limit. Copy your last change and reload.",
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

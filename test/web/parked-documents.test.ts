import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals";
import type { OpenDocument } from "../../web/open-document.ts";
import { closeDocument, comeBackTo, leaveDocument } from "../../web/parked-documents.ts";

/** A document with changes that only this tab has. */
function unsafe(id: string) {
  const unsaved = signal(2);
  let closed = 0;
  const open = {
    id,
    linkToken: signal("link"),
    provider: { unsaved },
    isSafe: () => unsaved.peek() === 0,
    close: () => (closed += 1),
  } as unknown as OpenDocument;
  return { open, unsaved, closed: () => closed };
}

test("[W81] a document that was left before it is saved is come back to by its own link, until it is saved", async () => {
  const { open, unsaved, closed } = unsafe("left");
  leaveDocument(open);
  assert.equal(closed(), 0);
  assert.equal(comeBackTo("left", "other"), undefined);
  assert.equal(comeBackTo("left", "link"), open);
  assert.equal(comeBackTo("left", "link"), undefined, "it is shown already");
  unsaved.value = 0;
  await Promise.resolve();
  assert.equal(closed(), 0);
  unsaved.value = 1;
  leaveDocument(open);
  unsaved.value = 0;
  await Promise.resolve();
  assert.deepEqual([closed(), comeBackTo("left", "link")], [1, undefined]);
  leaveDocument(open);
  assert.equal(closed(), 2, "at once, when nothing would be lost");
});

test("[W82] what is closed after it was left is not come back to", async () => {
  const { open, unsaved, closed } = unsafe("closed");
  leaveDocument(open);
  closeDocument(open);
  assert.deepEqual([closed(), comeBackTo("closed", "link")], [1, undefined]);
  unsaved.value = 0;
  await Promise.resolve();
  assert.equal(closed(), 1);
});

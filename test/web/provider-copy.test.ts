/** A provider whose document was on the device before it connects. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { ProviderScene } from "./provider-scene.ts";

const contentOf = (doc: Y.Doc) => doc.getText(CONTENT).toString();

/** As the device gives a document what it has, or what another tab has written. */
function load(doc: Y.Doc, content: string): void {
  const kept = new Y.Doc();
  kept.getText(CONTENT).insert(0, content);
  const update = Y.encodeStateAsUpdate(kept);
  Y.transact(doc, () => Y.applyUpdate(doc, update), "device", false);
}

test("[W50] changes of an earlier visit are sent with the first step 2, and count until that is acknowledged", (t) => {
  const scene = new ProviderScene(t);
  load(scene.doc, "kept");
  assert.equal(scene.unsaved, 0);
  scene.provider.adopt(4);
  assert.equal(scene.unsaved, 4);
  const socket = scene.join();
  assert.equal(scene.sockets.length, 1);
  assert.equal(scene.unsaved, 4);
  scene.store(socket);
  assert.equal(scene.unsaved, 0);
  assert.equal(contentOf(scene.stored), "kept");
});

test("[W50] those that are found after connecting go with a new connection", (t) => {
  const scene = new ProviderScene(t);
  scene.store(scene.join());
  load(scene.doc, "late");
  scene.provider.adopt(4);
  assert.equal(scene.link, "lost");
  scene.store(scene.rejoin());
  assert.equal(scene.unsaved, 0);
  assert.equal(contentOf(scene.stored), "late");
});

test("[W51] where the epoch is known the first connection names it", (t) => {
  const scene = new ProviderScene(t, { epoch: 7, mayEdit: false });
  assert.equal(scene.namedEpoch, "7");
  assert.equal(scene.provider.mayEdit.peek(), false);
  scene.join();
  assert.equal(scene.provider.mayEdit.peek(), true, "the server has the last word");
});

test("[W52] what another tab wrote is passed on, and is no change of one's own", (t) => {
  const scene = new ProviderScene(t);
  const socket = scene.join();
  scene.store(socket);
  load(scene.doc, "from elsewhere");
  assert.equal(scene.unsaved, 0);
  scene.store(socket);
  assert.equal(contentOf(scene.stored), "from elsewhere");
});

test("[W76] what is large travels in parts, and is saved when the last of them is", (t) => {
  const scene = new ProviderScene(t);
  scene.store(scene.join());
  scene.socket.end(1006);
  scene.type("x".repeat(3 * 1024 * 1024));
  const socket = scene.rejoin();
  const parts = socket.sentOf("step2");
  assert.ok(parts.length > 10);
  for (const { update } of parts) assert.ok(update.length < 400_000);
  socket.deliver({ type: "acknowledgement", count: parts.length - 1 });
  assert.equal(scene.unsaved, 1);
  scene.store(socket);
  assert.equal(scene.unsaved, 0);
  assert.equal(contentOf(scene.stored), contentOf(scene.doc));
});

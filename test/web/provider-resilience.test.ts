/** A provider on bad networks: silence, slow servers, slow lines, damaged messages. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { ProviderScene } from "./provider-scene.ts";

const contentOf = (doc: Y.Doc) => doc.getText(CONTENT).toString();

test("[W24] what was written before the server asked travels in the step 2 alone", (t) => {
  const scene = new ProviderScene(t);
  scene.socket.open();
  scene.type("early");
  assert.equal(scene.socket.sentOf("update").length, 0);
  const socket = scene.join();
  assert.equal(socket.sentOf("step2").length, 1);
  assert.equal(scene.unsaved, 1);
  scene.store(socket);
  assert.equal(contentOf(scene.stored), "early");
  assert.equal(scene.unsaved, 0);
});

test("[W25] an edit into silence shows as offline within five seconds", (t) => {
  const scene = new ProviderScene(t);
  scene.store(scene.join());
  scene.wait(10_700);
  scene.type("into the void");
  scene.wait(5000);
  assert.equal(scene.link, "lost");
});

test("[W40] an edit that stays unacknowledged on a living socket is sent anew, less and less often", (t) => {
  const scene = new ProviderScene(t);
  scene.store(scene.join());
  scene.type("stuck");
  const untilResync = () => {
    const { socket } = scene;
    let waited = 0;
    for (; !socket.isClosed && waited < 60_000; waited += 250) {
      scene.wait(250);
      socket.deliver({ type: "awareness", update: new Uint8Array([0]) });
    }
    scene.rejoin();
    return waited;
  };
  const first = untilResync();
  assert.ok(first >= 4500 && first <= 5500, `first after ${first} ms`);
  assert.ok(untilResync() > first + 2000, "a server that is slow is not made slower");
  scene.store(scene.socket);
  assert.equal(contentOf(scene.stored), "stuck");
});

test("[W41] while a large edit is still leaving, silence is no reason to start over", (t) => {
  const scene = new ProviderScene(t);
  const socket = scene.join();
  scene.store(socket);
  scene.type("x".repeat(1_000_000));
  for (let left = 1_000_000; left > 0; left -= 10_000) {
    socket.bufferedAmount = left;
    scene.wait(250);
  }
  assert.equal(scene.link, "open");
});

test("[W42] bytes that are no frame, or no update, are taken as a broken connection", (t) => {
  const complaint = t.mock.method(console, "error", () => undefined);
  const scene = new ProviderScene(t);
  scene.join().dispatchEvent(new MessageEvent("message", { data: new Uint8Array([77]).buffer }));
  assert.equal(scene.link, "lost");
  scene.rejoin().deliver({ type: "update", update: new Uint8Array([1, 1, 1, 255]) });
  assert.equal(scene.link, "lost");
  scene.rejoin();
  assert.equal(scene.link, "open");
  assert.equal(complaint.mock.callCount(), 2);
});

test("[W73] “Saved” waits for every frame that was sent, also for one that carries no counted change", (t) => {
  const scene = new ProviderScene(t);
  const socket = scene.join();
  assert.deepEqual([scene.unsaved, scene.provider.isPending.peek()], [0, true]);
  scene.store(socket);
  assert.equal(scene.provider.isPending.peek(), false);
  socket.end(1012);
  scene.rejoin();
  assert.equal(scene.provider.isPending.peek(), true);
  const { length } = scene.sockets;
  scene.wait(8000);
  assert.ok(scene.sockets.length > length, "a state without acknowledgement is sent anew");
});

test("[W75] a first connection into silence shows as lost within five seconds, and is waited for all the same", (t) => {
  const scene = new ProviderScene(t);
  assert.equal(scene.link, "connecting");
  scene.wait(5000);
  assert.equal(scene.link, "lost");
  assert.equal(scene.sockets.length, 1);
  scene.join();
  assert.equal(scene.link, "open");
});

/** What a provider does when its link comes to say something else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { ProviderScene } from "./provider-scene.ts";

test("[W63] when its role fell a page connects again at once, reads, and keeps what was not saved without sending it again and again", (t) => {
  const scene = new ProviderScene(t);
  const first = scene.join();
  scene.store(first);
  scene.type("unsaved");
  first.end(4403, "role");
  assert.equal(scene.link, "connecting");
  scene.wait(50);
  assert.equal(scene.sockets.length, 2);
  const second = scene.socket;
  second.open();
  second.deliver({ type: "step2", update: Y.encodeStateAsUpdate(scene.stored) });
  assert.equal(scene.provider.mayEdit.peek(), false);
  assert.equal(scene.unsaved, 1);
  for (let waited = 0; waited < 60_000; waited += 5000) {
    scene.wait(5000);
    second.deliver({ type: "awareness", update: new Uint8Array([0]) });
  }
  assert.equal(scene.socket, second);
  assert.equal(second.sentOf("update").length + second.sentOf("step2").length, 0);
  second.deliver({ type: "step1", stateVector: Y.encodeStateVector(scene.stored) });
  assert.equal(scene.provider.mayEdit.peek(), true);
  scene.store(second);
  assert.equal(scene.unsaved, 0);
});

test("[W63] a role that falls again and again is asked for with pauses", (t) => {
  const scene = new ProviderScene(t);
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (!scene.socket.isClosed) scene.join().end(4403, "role");
    scene.wait(50);
  }
  assert.ok(scene.sockets.length < 12, `${scene.sockets.length} sockets in ten seconds`);
});

test("[W64] what was refused can be tried again, with another token", (t) => {
  let token = "link";
  const scene = new ProviderScene(t, { token: () => token });
  const tokenOf = () => new URL(scene.socket.address).searchParams.get("token");
  scene.type("typed before");
  scene.socket.open();
  scene.socket.end(4401, "password");
  assert.equal(scene.link, "refused");
  assert.equal(tokenOf(), "link");
  token = "own";
  scene.provider.comeBack();
  assert.equal(scene.link, "connecting");
  assert.equal(tokenOf(), "own");
  scene.store(scene.join());
  assert.equal(scene.unsaved, 0);
  assert.ok(scene.stored.getText("content").toString().includes("typed before"));
});

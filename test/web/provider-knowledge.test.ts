/** What a provider knows of the others, of its role and of the epoch, across lost connections. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { ProviderScene } from "./provider-scene.ts";

/** Somebody else, as the server passes on what they last announced. */
function somebody(context: TestContext, state: Record<string, unknown>) {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  awareness.setLocalState(state);
  context.after(() => awareness.destroy());
  return {
    id: doc.clientID,
    frame: () =>
      ({ type: "awareness", update: encodeAwarenessUpdate(awareness, [doc.clientID]) }) as const,
  };
}

/** What everybody else makes of the presence frames that a tab sent. */
function seenBy(context: TestContext, updates: readonly { readonly update: Uint8Array }[]) {
  const awareness = new Awareness(new Y.Doc());
  context.after(() => awareness.destroy());
  for (const { update } of updates) applyAwarenessUpdate(awareness, update, "server");
  return awareness.getStates();
}

test("[W17] others vanish when the connection is lost, and are there at once when it is back", (t) => {
  const scene = new ProviderScene(t);
  const ada = somebody(t, { user: { name: "Ada" } });
  const states = scene.provider.awareness.getStates();
  scene.join().deliver(ada.frame());
  assert.ok(states.has(ada.id));
  scene.socket.end(1006);
  assert.ok(!states.has(ada.id), "nobody knows whether Ada is still there");
  scene.rejoin().deliver(ada.frame());
  assert.ok(states.has(ada.id), "though Ada's clock has not moved");
});

test("[W18] one's own presence is announced on each socket, and never that of others", (t) => {
  const scene = new ProviderScene(t);
  const ada = somebody(t, { user: { name: "Ada" } });
  scene.provider.awareness.setLocalState({ user: { name: "Me" } });
  for (const socket of [scene.join(), (scene.socket.end(1012), scene.rejoin())]) {
    socket.deliver(ada.frame());
    const seen = seenBy(t, socket.sentOf("awareness"));
    assert.deepEqual(seen.get(scene.doc.clientID), { user: { name: "Me" } });
    assert.ok(!seen.has(ada.id));
  }
});

test("[W19] leaving says goodbye and closes; coming back from the browser's memory joins again", (t) => {
  const scene = new ProviderScene(t);
  scene.provider.awareness.setLocalState({ user: { name: "Me" } });
  const first = scene.join();
  scene.provider.leave();
  assert.ok(first.isClosed);
  assert.ok(!seenBy(t, first.sentOf("awareness")).has(scene.doc.clientID));
  scene.wait(60_000);
  assert.equal(scene.sockets.length, 1, "a page that was left opens nothing");
  scene.provider.comeBack();
  const second = scene.join();
  const seen = seenBy(t, second.sentOf("awareness"));
  assert.deepEqual(seen.get(scene.doc.clientID), { user: { name: "Me" } });
});

test("[W20] whoever the server asks for a state may edit", (t) => {
  const scene = new ProviderScene(t);
  assert.equal(scene.provider.mayEdit.peek(), undefined);
  scene.join();
  assert.equal(scene.provider.mayEdit.peek(), true);
  scene.socket.end(1006);
  assert.equal(scene.provider.mayEdit.peek(), true, "writing goes on without a connection");
});

test("[W21] whom it gives the text without asking is a reader, and sends no edit", (t) => {
  const scene = new ProviderScene(t);
  scene.socket.open();
  scene.socket.deliver({ type: "step2", update: Y.encodeStateAsUpdate(scene.stored) });
  assert.equal(scene.provider.mayEdit.peek(), false);
  scene.type("not for the server");
  assert.equal(scene.socket.sentOf("update").length + scene.socket.sentOf("step2").length, 0);
});

test("[W22] once known, the epoch of one's copy is named at each later connection", async (t) => {
  const epoch = Promise.withResolvers<number>();
  const scene = new ProviderScene(t, { readEpoch: () => epoch.promise });
  scene.join();
  assert.equal(scene.namedEpoch, null);
  epoch.resolve(3);
  await setImmediate();
  scene.socket.end(1012);
  scene.rejoin();
  assert.equal(scene.namedEpoch, "3");
});

test("[W23] an epoch that was read across a lost connection may be another copy's, and is not used", async (t) => {
  const answers: PromiseWithResolvers<number>[] = [];
  const readEpoch = () => {
    const answer = Promise.withResolvers<number>();
    answers.push(answer);
    return answer.promise;
  };
  const scene = new ProviderScene(t, { readEpoch });
  scene.join().end(1012);
  answers[0]?.resolve(4);
  await setImmediate();
  scene.rejoin();
  assert.equal(scene.namedEpoch, null);
  assert.equal(answers.length, 2, "it is asked for again");
});

test("[W74] an epoch that could not be learnt is asked for again, and a failure forgets none", async (t) => {
  const answers: PromiseWithResolvers<number>[] = [];
  const readEpoch = () => {
    const answer = Promise.withResolvers<number>();
    answers.push(answer);
    return answer.promise;
  };
  const scene = new ProviderScene(t, { readEpoch });
  scene.store(scene.join());
  answers[0]?.reject(new Error("not now"));
  await setImmediate();
  scene.wait(6000);
  assert.equal(answers.length, 2);
  scene.wait(6000);
  assert.equal(answers.length, 2, "one at a time");
  answers[1]?.resolve(4);
  await setImmediate();
  assert.equal(scene.provider.epoch.peek(), 4);
});

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { Provider } from "../../web/sync/provider.ts";
import { FakeSocket } from "../helpers/fake-socket.ts";

const EMPTY = new Uint8Array([0]);
const NOTHING = new Uint8Array([0, 0]);

/** The newest. */
function socket(): FakeSocket {
  return FakeSocket.made.at(-1) ?? assert.fail("no socket was made");
}

/** The server accepts, asks, and has nothing to add. */
function connect(): void {
  socket().open();
  socket().deliver({ type: "step1", stateVector: EMPTY });
  socket().deliver({ type: "step2", update: NOTHING });
}

function scene(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  FakeSocket.made = [];
  const doc = new Y.Doc();
  const provider = new Provider({
    doc,
    url: "ws://host/ws/doc/id",
    token: () => "secret",
    WebSocket: FakeSocket as unknown as new (address: string) => WebSocket,
  });
  t.after(() => provider.destroy());
  const text = doc.getText(CONTENT);
  return { text, provider, tick: (ms: number) => t.mock.timers.tick(ms) };
}

function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText(CONTENT).toString();
}

test("[W4] it asks first, answers what it is asked, and is synced once it has the document", (t) => {
  const { provider } = scene(t);
  assert.match(socket().address, /^ws:\/\/host\/ws\/doc\/id\?token=secret&ack=1$/);
  socket().open();
  assert.equal(socket().sent[0]?.type, "step1");
  assert.equal(provider.synced.value, false);
  socket().deliver({ type: "step1", stateVector: EMPTY });
  assert.equal(socket().sentOf("step2").length, 1);
  socket().deliver({ type: "step2", update: NOTHING });
  assert.equal(provider.synced.value, true);
});

test("[W5] edits are unsaved until acknowledged, by the server's own count of frames", (t) => {
  const { text, provider } = scene(t);
  connect();
  text.insert(0, "a");
  text.insert(1, "b");
  assert.equal(provider.unsaved.value, 2);
  socket().deliver({ type: "acknowledgement", count: 2 });
  assert.equal(provider.unsaved.value, 1);
  socket().deliver({ type: "acknowledgement", count: 3 });
  assert.equal(provider.unsaved.value, 0);
});

test("[W6] after a lost connection the next socket carries everything that was not acknowledged", (t) => {
  const { text, provider, tick } = scene(t);
  connect();
  text.insert(0, "lost");
  socket().end(1006);
  assert.equal(provider.link.value.kind, "lost");
  text.insert(4, " and found");
  tick(2000);
  assert.equal(FakeSocket.made.length, 2);
  socket().open();
  socket().deliver({ type: "step1", stateVector: EMPTY });
  assert.equal(
    textOf(
      socket()
        .sentOf("step2")
        .map(({ update }) => update),
    ),
    "lost and found",
  );
  assert.equal(provider.unsaved.value, 2);
  socket().deliver({ type: "acknowledgement", count: 1 });
  assert.equal(provider.unsaved.value, 0);
});

test("[W7] final close codes end it with their reason; others are tried again, later each time", (t) => {
  const { provider, tick } = scene(t);
  connect();
  for (const wait of [500, 1000, 2000, 4000]) {
    socket().end(1013, "overload");
    const made = FakeSocket.made.length;
    tick(wait / 2 - 1);
    assert.equal(FakeSocket.made.length, made);
    tick(wait / 2 + 1);
    assert.equal(FakeSocket.made.length, made + 1);
  }
  socket().end(4404, "unknown");
  assert.deepEqual(provider.link.value, { kind: "refused", code: 4404, reason: "unknown" });
  tick(60_000);
  assert.equal(FakeSocket.made.length, 5);
});

test("[W8] a silent connection is given up after 30 s, a probe without an answer after 3 s", (t) => {
  const { provider, tick } = scene(t);
  connect();
  socket().deliver({ type: "acknowledgement", count: 1 });
  tick(29_000);
  assert.equal(provider.link.value.kind, "open");
  socket().deliver({ type: "awareness", update: EMPTY });
  tick(29_000);
  assert.equal(provider.link.value.kind, "open");
  const asked = socket().sentOf("step1").length;
  provider.probe();
  assert.equal(socket().sentOf("step1").length, asked + 1);
  tick(2900);
  assert.equal(provider.link.value.kind, "open");
  tick(200);
  assert.equal(provider.link.value.kind, "lost");
});

test("[W9] an edit that stays unacknowledged is asked about, and after 5 s sent anew", (t) => {
  const { text, tick } = scene(t);
  connect();
  text.insert(0, "x");
  const first = socket();
  for (let second = 0; second < 6; second++) {
    tick(1000);
    first.deliver({ type: "awareness", update: EMPTY });
  }
  assert.ok(first.sentOf("step1").length > 1);
  assert.ok(first.isClosed);
  tick(1000);
  assert.notEqual(socket(), first);
});

test("[W10] while the store says it fails, unacknowledged edits are no reason to reconnect", (t) => {
  const { text, provider, tick } = scene(t);
  connect();
  socket().deliver({ type: "storeState", state: "failing" });
  text.insert(0, "x");
  tick(20_000);
  assert.equal(FakeSocket.made.length, 1);
  assert.equal(provider.storeState.value, "failing");
});

test("[X74] while servers are apart an edit that stays unacknowledged is asked about as ever", (t) => {
  const { text, provider, tick } = scene(t);
  connect();
  const first = socket();
  first.deliver({ type: "storeState", state: "apart" });
  assert.equal(provider.storeState.value, "apart");
  text.insert(0, "x");
  for (let second = 0; second < 6; second++) {
    tick(1000);
    first.deliver({ type: "awareness", update: EMPTY });
  }
  assert.ok(first.sentOf("step1").length > 1);
  assert.ok(first.isClosed);
});

test("[W11] what comes late from an old socket means nothing", (t) => {
  const { text, provider, tick } = scene(t);
  connect();
  const old = socket();
  text.insert(0, "x");
  provider.interrupt();
  tick(1000);
  connect();
  old.deliver({ type: "acknowledgement", count: 99 });
  old.end(4404, "unknown");
  assert.equal(provider.unsaved.value, 1);
  assert.equal(provider.link.value.kind, "open");
});

test("[W12] the others vanish from view when the connection is lost, oneself does not", (t) => {
  const { provider } = scene(t);
  connect();
  socket().deliver({ type: "awareness", update: new Uint8Array([1, 5, 1, 2, 123, 125]) });
  assert.ok(provider.awareness.getStates().has(5));
  socket().end(1006);
  assert.deepEqual([...provider.awareness.getStates().keys()], [provider.awareness.clientID]);
});

/** The people of a document as the page lists them, from awareness that anybody may write into. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { signal } from "@preact/signals";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { watchPeople } from "../../web/people.ts";

interface User {
  readonly name?: string;
  readonly hue?: number;
  readonly color?: string;
}

function page(t: TestContext, clientId: number, knowsOthers = signal(true)) {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  const awareness = new Awareness(doc);
  const name = signal("Me");
  const { people, stop } = watchPeople(awareness, name, knowsOthers);
  t.after(() => {
    stop();
    awareness.destroy();
  });
  const user = () => awareness.getLocalState()?.["user"] as User | undefined;
  const names = () => people.peek().map((person) => person.name);
  return { awareness, name, people, user, names };
}

/** What one tab announces reaches another. */
function carry(from: Awareness, to: Awareness): void {
  applyAwarenessUpdate(to, encodeAwarenessUpdate(from, [from.clientID]), "server");
}

test("[W26] oneself stands first, then the others; a rename shows at once", (t) => {
  const me = page(t, 500);
  const ada = page(t, 100);
  ada.name.value = "Ada";
  carry(ada.awareness, me.awareness);
  assert.deepEqual(me.names(), ["Me", "Ada"]);
  assert.deepEqual(
    me.people.peek().map(({ isSelf }) => isSelf),
    [true, false],
  );
  ada.name.value = "Ada Lovelace";
  carry(ada.awareness, me.awareness);
  assert.deepEqual(me.names(), ["Me", "Ada Lovelace"]);
});

test("[W27] no hue is chosen before the others are known, so nobody has to change for a newcomer", (t) => {
  const old = page(t, 900);
  assert.equal(old.user()?.hue, 0);
  const knowsOthers = signal(false);
  const newcomer = page(t, 100, knowsOthers);
  assert.equal(newcomer.user()?.name, "Me");
  assert.equal(newcomer.user()?.hue, undefined);
  carry(newcomer.awareness, old.awareness);
  carry(old.awareness, newcomer.awareness);
  knowsOthers.value = true;
  carry(newcomer.awareness, old.awareness);
  assert.deepEqual([old.user()?.hue, newcomer.user()?.hue], [0, 1]);
});

test("[W28] whatever a stock client says of itself, it is listed and has a name and a colour", (t) => {
  const me = page(t, 500);
  const states = [{}, { user: null }, { user: { name: 7, color: "url(evil)" } }, { user: "text" }];
  for (const state of states) {
    const stock = new Awareness(new Y.Doc());
    t.after(() => stock.destroy());
    stock.setLocalState(state);
    carry(stock, me.awareness);
  }
  assert.equal(me.people.peek().length, 1 + states.length);
  for (const { name, color } of me.people.peek()) {
    assert.ok(name.length > 0);
    assert.match(color, /^oklch/);
  }
});

test("[W66] whoever the server says has a role below editing is listed as a reader, whatever they say themselves", (t) => {
  const me = page(t, 500);
  const roles = ["view", "comment", "edit", "owner", "admin", 7, undefined];
  for (const role of roles) {
    const stock = new Awareness(new Y.Doc());
    t.after(() => stock.destroy());
    stock.setLocalState({ user: { name: String(role), role: "view" }, access: { role } });
    carry(stock, me.awareness);
  }
  const readers = me.people.peek().filter(({ readsOnly }) => readsOnly);
  assert.deepEqual(readers.map(({ name }) => name).toSorted(), ["comment", "view"]);
});

test("[W149] a caret that moves leaves the list of people as it is", (t) => {
  const me = page(t, 500);
  const ada = page(t, 100);
  carry(ada.awareness, me.awareness);
  const before = me.people.peek();
  ada.awareness.setLocalStateField("cursor", { anchor: 1, head: 2 });
  carry(ada.awareness, me.awareness);
  assert.equal(me.people.peek(), before);
  ada.name.value = "Ada";
  carry(ada.awareness, me.awareness);
  assert.notEqual(me.people.peek(), before);
});

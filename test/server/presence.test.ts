import assert from "node:assert/strict";
import { test } from "node:test";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { MalformedFrame } from "#protocol/frames.ts";
import { Presence } from "../../server/presence.ts";

interface Owner {
  readonly name: string;
}

/** A room's presence, and what a stock client that gets all of it would show. */
function scene() {
  let now = 0;
  const presence = new Presence<Owner>(() => now);
  const viewer = new Awareness(new Y.Doc());
  viewer.setLocalState(null);
  viewer.destroy();
  const deliver = () => {
    for (const { update } of presence.takeChanges().changes)
      applyAwarenessUpdate(viewer, update, null);
  };
  const join = (name: string, identity = { role: "edit", label: "" }): Owner => {
    const owner = { name };
    presence.join(owner, identity);
    return owner;
  };
  const say = (owner: Owner, clientId: number, clock: number, state: unknown) => {
    presence.receive(owner, entry(clientId, clock, JSON.stringify(state)));
    deliver();
  };
  const leave = (owner: Owner) => {
    presence.leave(owner);
    deliver();
  };
  return { presence, viewer, join, say, leave, pass: (ms: number) => (now += ms) };
}

/** What `presence` tells everybody, as a stock client without presence of its own sends it back. */
function echoed(presence: Presence<Owner>, by: Owner): Uint8Array {
  const stock = new Awareness(new Y.Doc());
  applyAwarenessUpdate(stock, presence.others(by) ?? assert.fail(), null);
  const others = [...stock.getStates().keys()].filter((id) => id !== stock.clientID);
  const update = encodeAwarenessUpdate(stock, others);
  stock.destroy();
  return update;
}

function entry(clientId: number, clock: number, json: string): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, json);
  });
}

test("[A1] what somebody says of themselves reaches the others, and vanishes when they leave", () => {
  const { viewer, join, say, leave } = scene();
  const anna = join("anna");
  say(anna, 11, 1, { name: "Anna" });
  assert.deepEqual(viewer.getStates().get(11), { name: "Anna" });
  say(anna, 11, 2, { name: "Anne" });
  assert.deepEqual(viewer.getStates().get(11), { name: "Anne" });
  leave(anna);
  assert.equal(viewer.getStates().has(11), false);
});

test("[A2] a client id belongs to who introduced it: others can neither change nor remove it", () => {
  const { viewer, join, say } = scene();
  const [anna, mallory] = [join("anna"), join("mallory")];
  say(anna, 11, 1, { name: "Anna" });
  say(mallory, 66, 1, { name: "Mallory" });
  say(mallory, 11, 9, { name: "Fool" });
  say(mallory, 11, 10, null);
  assert.deepEqual(viewer.getStates().get(11), { name: "Anna" });
});

test("[A3] a client that comes back is visible at once, whatever its clock", () => {
  for (const clock of [1, 4, 5, 6, 100]) {
    const { viewer, join, say, leave } = scene();
    const before = join("before");
    say(before, 11, 5, { name: "Anna" });
    leave(before);
    const after = join("after");
    say(after, 11, clock, { name: "Anna again" });
    assert.deepEqual(viewer.getStates().get(11), { name: "Anna again" }, `clock ${clock}`);
    say(after, 11, clock + 1, { name: "and moving" });
    assert.deepEqual(viewer.getStates().get(11), { name: "and moving" }, `clock ${clock}`);
  }
});

test("[A4] an echo of somebody who left does not bring them back", () => {
  const { viewer, join, say, leave } = scene();
  const [anna, ben] = [join("anna"), join("ben")];
  say(ben, 22, 1, { name: "Ben" });
  say(anna, 11, 5, { name: "Anna" });
  leave(anna);
  say(ben, 11, 5, { name: "Anna" });
  const silent = join("silent");
  say(silent, 33, 1, null);
  say(silent, 11, 5, { name: "Anna" });
  assert.equal(viewer.getStates().has(11), false);
});

test("[A5] who had to be raised never gets its own entry back under a clock it did not send", () => {
  const { presence, join } = scene();
  const before = join("before");
  presence.receive(before, entry(11, 5, "{}"));
  presence.leave(before);
  presence.takeChanges();
  const after = join("after");
  presence.receive(after, entry(11, 2, "{}"));
  assert.deepEqual(
    presence.takeChanges().changes.map(({ except }) => except),
    [after],
  );
});

test("[A6] a newcomer is told of everybody else who is here", () => {
  const { presence, viewer, join, say } = scene();
  say(join("anna"), 11, 1, { name: "Anna" });
  const ben = join("ben");
  say(ben, 22, 1, null);
  assert.equal(presence.others(ben) === undefined, false);
  const update = presence.others(ben) ?? new Uint8Array();
  applyAwarenessUpdate(viewer, update, null);
  assert.deepEqual([...viewer.getStates().keys()], [11]);
});

test("[A7] presence that does not decode or is no JSON is malformed", () => {
  const { presence, join } = scene();
  const anna = join("anna");
  for (const bytes of [[], [1], [1, 1], [5, 1, 1, 2, 123, 125], [1, 1, 1, 3, 110, 111, 33]]) {
    assert.throws(() => presence.receive(anna, Uint8Array.from(bytes)), MalformedFrame);
  }
});

test("[A8] what stock clients encode is understood", () => {
  const { presence, viewer, join } = scene();
  const stock = new Awareness(new Y.Doc());
  stock.setLocalState({ user: { name: "Zoë" }, cursor: null });
  presence.receive(join("stock"), encodeAwarenessUpdate(stock, [stock.clientID]));
  stock.destroy();
  for (const { update } of presence.takeChanges().changes)
    applyAwarenessUpdate(viewer, update, null);
  const { access: _access, ...said } = viewer.getStates().get(stock.clientID) ?? {};
  assert.deepEqual(said, { user: { name: "Zoë" }, cursor: null });
});

test("[A9] by what link somebody is here is the server's word, whatever the client writes", () => {
  const { presence, viewer, join, say } = scene();
  const anna = join("anna", { role: "view", label: "for “readers”" });
  const access = { role: "view", label: "for “readers”" };
  say(anna, 1, 1, { user: { name: "Anna" }, access: { role: "owner" } });
  assert.deepEqual(viewer.getStates().get(1), { user: { name: "Anna" }, access });
  say(anna, 1, 2, { access: "owner", user: {} });
  assert.deepEqual(viewer.getStates().get(1), { user: {}, access });
  say(anna, 1, 3, { access: { role: "owner" } });
  assert.deepEqual(viewer.getStates().get(1), { access });
  presence.receive(anna, entry(1, 4, ' {"user":{"name":"}"},"access":{"role":"owner"} } '));
  for (const { update } of presence.takeChanges().changes)
    applyAwarenessUpdate(viewer, update, null);
  assert.deepEqual(viewer.getStates().get(1), { user: { name: "}" }, access });
});

test("[A10] when the link changes the others are told anew, and the client's own clock goes on", () => {
  const { presence, viewer, join, say } = scene();
  const anna = join("anna", { role: "view", label: "" });
  say(anna, 1, 5, { user: { name: "Anna" } });
  presence.identify(anna, { role: "edit", label: "Anna's" });
  const changes = presence.takeChanges().changes;
  assert.deepEqual(
    changes.map(({ except }) => except),
    [anna],
  );
  for (const { update } of changes) applyAwarenessUpdate(viewer, update, null);
  assert.deepEqual(viewer.getStates().get(1)?.access, { role: "edit", label: "Anna's" });
  say(anna, 1, 6, { user: { name: "Anna B." } });
  assert.deepEqual(viewer.getStates().get(1)?.user, { name: "Anna B." });
});

test("[A11] what is too long or too much for presence is malformed", () => {
  const { presence, join } = scene();
  const anna = join("anna");
  const long = JSON.stringify({ user: "x".repeat(70_000) });
  assert.throws(() => presence.receive(anna, entry(1, 0, long)), MalformedFrame);
  const many = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 3000);
    for (let id = 0; id < 3000; id++)
      encoding.writeUint8Array(encoder, entry(id, 0, "{}").slice(1));
  });
  assert.throws(() => presence.receive(anna, many), MalformedFrame);
});

test("[A12] an echo may be longer than what came, and is not held against who sends it", () => {
  const { presence, join } = scene();
  const [mallory, silent] = [join("mallory"), join("silent")];
  const empty = JSON.stringify({ user: "", numbers: [1e20] });
  const user = "x".repeat(64 * 1024 - empty.length);
  presence.receive(mallory, entry(66, 2 ** 52 - 1, JSON.stringify({ user, numbers: [1e20] })));
  presence.identify(mallory, { role: "view", label: "another" });
  const echo = echoed(presence, silent);
  assert.ok(echo.length > 64 * 1024);
  presence.receive(silent, echo);
});

test("[A13] a clock that could not be raised any more is malformed", () => {
  const { presence, join } = scene();
  for (const clock of [2 ** 52, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER]) {
    const anna = join("anna");
    assert.throws(() => presence.receive(anna, entry(11, clock, "{}")), MalformedFrame);
    presence.receive(anna, entry(11, 1, "{}"));
    assert.throws(() => presence.receive(anna, entry(11, clock, "{}")), MalformedFrame);
    presence.leave(anna);
  }
});

test("[A14] who waits for its former client id has it when that is free, whatever it echoes meanwhile", () => {
  const { presence, viewer, join, say } = scene();
  const [before, ben, after] = [join("before"), join("ben"), join("after")];
  say(before, 11, 3, { name: "Anna" });
  say(ben, 22, 1, { name: "Ben" });
  say(after, 22, 1, { name: "Ben", access: { role: "edit", label: "" } });
  say(after, 11, 3, { name: "Anna" });
  say(after, 11, 4, { name: "Anna, newer" });
  say(after, 22, 1, { name: "Ben" });
  presence.yield(before);
  presence.yield(ben);
  say(before, 11, 9, { name: "nobody" });
  assert.deepEqual(viewer.getStates().get(11), { name: "Anna, newer" });
  assert.deepEqual(viewer.getStates().get(22), { name: "Ben" });
});

test("[A15] who only echoes somebody never becomes them", () => {
  const { presence, viewer, join, say } = scene();
  const [anna, silent] = [join("anna"), join("silent")];
  say(anna, 11, 3, { user: { name: "Anna" } });
  presence.receive(silent, echoed(presence, silent));
  presence.yield(anna);
  say(anna, 11, 4, null);
  assert.equal(viewer.getStates().has(11), false);
});

test("[A16] a client that says of itself what the server said of it is seen again when it says so anew, if not before", () => {
  const { presence, viewer, join, say, leave } = scene();
  const [before, after, again] = [join("before"), join("after"), join("again")];
  const access = { role: "edit", label: "" };
  const user = { name: "Anna" };
  say(before, 11, 3, { user });
  assert.equal(presence.receive(after, entry(11, 3, JSON.stringify({ user }))), before);
  say(after, 11, 4, { user, access });
  presence.yield(before);
  assert.equal(presence.holderOf(11), after);
  // From the beginning, it may be an echo: it says so again when it is told that it is gone.
  assert.equal(presence.receive(again, entry(11, 4, JSON.stringify({ user, access }))), after);
  presence.yield(after);
  leave(after);
  assert.equal(viewer.getStates().has(11), false);
  say(again, 11, 6, { user, access });
  assert.deepEqual(viewer.getStates().get(11), { user, access });
});

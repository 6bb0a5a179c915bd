/** What this browser remembers: recent documents, owner tokens, one's own name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keepOwnerToken, ownerToken } from "../../web/owner-tokens.ts";
import { addRecent, type Recent, recents, removeRecent } from "../../web/recents.ts";
import { FakeStorage } from "./fake-storage.ts";

const recent = (id: string, at = 0): Recent => ({ id, title: `Title ${id}`, token: `t-${id}`, at });
const ids = () => recents().map(({ id }) => id);

test("[W29] recent documents stand newest first, each once, fifty at most", () => {
  FakeStorage.install();
  for (let n = 0; n < 60; n++) addRecent(recent(`d${n}`, n));
  addRecent(recent("d40", 100));
  assert.equal(ids().length, 50);
  assert.deepEqual(ids().slice(0, 3), ["d40", "d59", "d58"]);
  assert.equal(new Set(ids()).size, 50);
});

test("[W30] a document that is removed from the list is gone, and the others stay", () => {
  FakeStorage.install();
  for (const id of ["a", "b", "c"]) addRecent(recent(id));
  removeRecent("b");
  assert.deepEqual(ids(), ["c", "a"]);
});

test("[W31] what something else left in the storage is passed over", () => {
  const { values } = FakeStorage.install();
  values.set("quire:recents", "{not json");
  assert.deepEqual(ids(), []);
  values.set("quire:recents", JSON.stringify([{ id: 1 }, null, recent("kept")]));
  assert.deepEqual(ids(), ["kept"]);
});

test("[W32] an owner token opens its own document alone", () => {
  FakeStorage.install();
  keepOwnerToken("mine", "secret");
  assert.equal(ownerToken("mine"), "secret");
  assert.equal(ownerToken("other"), undefined);
});

test("[W33] a browser that stores nothing still works", () => {
  FakeStorage.install().refuses = true;
  addRecent(recent("a"));
  keepOwnerToken("a", "secret");
  assert.deepEqual(ids(), []);
  assert.equal(ownerToken("a"), undefined);
});

test("[W34] everybody has a name: a friendly one at first, then the one that was typed", async () => {
  const { values } = FakeStorage.install();
  const { ownName, rename } = await import("../../web/own-name.ts");
  assert.match(ownName.value, /^[A-Z][a-z]+ [A-Z][a-z]+$/);
  rename("  Ada  ");
  assert.equal(ownName.value, "Ada");
  assert.equal(values.get("quire:name"), '"Ada"');
  rename("x".repeat(200));
  assert.equal(ownName.value.length, 40);
  rename(" ");
  assert.match(ownName.value, /^[A-Z][a-z]+ [A-Z][a-z]+$/);
  assert.equal(values.has("quire:name"), false);
});

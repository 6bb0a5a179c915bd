import assert from "node:assert/strict";
import { test } from "node:test";
import { randomFrom, seeded } from "../helpers/random.ts";
import { type Account, type Edit, markerAt, markerOf, problemsIn } from "./checker.ts";
import { drawFaults, KINDS } from "./faults.ts";

const writes = (marker: string): Edit => ({ marker, isDeletion: false });
const deletes = (marker: string): Edit => ({ marker, isDeletion: true });

/** Anna wrote three, of which the server has acknowledged two; Ben deleted her first, acknowledged. */
const anna: Account = { edits: ["[a.0]", "[a.1]", "[a.2]"].map(writes), acknowledged: 2 };
const ben: Account = { edits: [writes("[b.0]"), deletes("[a.0]")], acknowledged: 2 };

test("[Z2] an acknowledged edit that is missing is found, and one that nobody acknowledged may be missing", () => {
  assert.deepEqual(problemsIn("[a.1][b.0][a.2]", [anna, ben]), []);
  assert.deepEqual(problemsIn("[a.1][b.0]", [anna, ben]), []);
  const [lost, ...others] = problemsIn("[b.0][a.2]", [anna, ben]);
  assert.match(lost ?? "", /^\[a\.1\] is lost/);
  assert.deepEqual(others, []);
});

test("[Z3] what stands there twice, torn, undeleted or by nobody's hand is found", () => {
  const found = (text: string) => problemsIn(text, [anna, ben]);
  assert.match(found("[a.1][b.0][a.1]").join(), /^\[a\.1\] stands there 2 times$/);
  assert.match(found("[a.[b.0]1][a.1]").join(), /^markers were torn: \[a\.1\]$/);
  assert.match(found("[a.1][b.0][a.0]").join(), /^\[a\.0\] is back/);
  assert.match(found("[a.1][b.0][c.0]").join(), /^\[c\.0\] was written by nobody$/);
  const unsure = { ...ben, acknowledged: 1 };
  assert.deepEqual(problemsIn("[a.0][a.1][b.0]", [anna, unsure]), []);
  assert.deepEqual(problemsIn("[a.1][b.0]", [anna, unsure]), []);
});

test("[Z4] a seed draws the same faults again, and none of a kind twice before all others were there", (t) => {
  const seed = seeded(t).int(2 ** 31);
  const plan = { count: 2 * KINDS.length, nodes: 3 };
  const faults = drawFaults(randomFrom(seed), plan);
  assert.deepEqual(drawFaults(randomFrom(seed), plan), faults);
  const kinds = faults.map(({ kind }) => kind);
  assert.deepEqual(new Set(kinds.slice(0, KINDS.length)), new Set(KINDS));
  assert.deepEqual(new Set(kinds.slice(KINDS.length)), new Set(KINDS));
});

test("[Z5] a writer finds whole markers only, wherever it looks", () => {
  const text = `${markerOf("a", 0)}${markerOf("b", 10)}`;
  const found = (place: number) => markerAt(text, place)?.marker;
  assert.deepEqual([0, 4, 5, text.length].map(found), ["[a.0]", "[a.0]", "[b.10]", "[b.10]"]);
  assert.equal(markerAt("", 0), undefined);
  assert.equal(markerAt("[a.", 2), undefined);
  assert.equal(markerAt("[a.[b.10]", 1), undefined);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChangeSpec, EditorState } from "@codemirror/state";
import { wholeCharacters } from "../../web/editor/whole-characters.ts";

/** Where the changes end that the editor makes of one, and what it then shows. */
function widened(doc: string, changes: ChangeSpec) {
  const state = EditorState.create({ doc, extensions: wholeCharacters });
  const transaction = state.update({ changes, userEvent: "input.type" });
  const ranges: (number | string)[][] = [];
  transaction.changes.iterChanges((from, to, _a, _b, text) =>
    ranges.push([from, to, text.toString()]),
  );
  return { ranges, text: transaction.newDoc.toString(), event: transaction.isUserEvent("input") };
}

test("[W70] a change that would split a character of two units takes all of it", () => {
  const [old, next] = ["😁", "😂"];
  assert.deepEqual(widened(`x${old}`, { from: 2, to: 3, insert: next.slice(1) }), {
    ranges: [[1, 3, next]],
    text: `x${next}`,
    event: true,
  });
  assert.deepEqual(widened(`${old}${next}`, { from: 1, to: 3 }), {
    ranges: [[0, 4, old.slice(0, 1) + next.slice(1)]],
    text: old.slice(0, 1) + next.slice(1),
    event: true,
  });
  assert.deepEqual(widened("plain", { from: 1, to: 2, insert: "L" }).ranges, [[1, 2, "L"]]);
});

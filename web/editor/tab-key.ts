/**
 * What Tab does: it moves list items to where Markdown nests them, and indents anything else.
 * Escape and then Tab leaves the text, and so does Tab after Ctrl-m; both are CodeMirror's own.
 */
import { indentLess, indentMore } from "@codemirror/commands";
import type { EditorState, Line, StateCommand } from "@codemirror/state";
import type { KeyBinding } from "@codemirror/view";
import { selectedLines } from "./line-marks.ts";
import { isProse } from "./prose.ts";

const ITEM = /^(\s*)((?:[-*+]|\d+[.)])\s+)/;

/** Of CodeMirror's own unit, and of an item that no other stands before. */
const INDENT = "  ";

const indent: StateCommand = (target) => {
  const { state } = target;
  if (state.readOnly) return false;
  if (movesItems(state)) return moveItems(target, deeper);
  const isInLine = state.selection.ranges.every(({ empty }) => empty);
  if (!isInLine) return indentMore(target);
  const edit = state.replaceSelection(INDENT);
  target.dispatch(state.update(edit, { userEvent: "input", scrollIntoView: true }));
  return true;
};

const outdent: StateCommand = (target) => {
  if (target.state.readOnly) return false;
  return movesItems(target.state) ? moveItems(target, shallower) : indentLess(target);
};

export const tabKey: KeyBinding = { key: "Tab", run: indent, shift: outdent };

function movesItems(state: EditorState): boolean {
  const [first] = selectedLines(state);
  return isProse(state) && first !== undefined && ITEM.test(first.text);
}

/** All lines go as far as the first, so that what is nested stays nested. */
const moveItems = (
  { state, dispatch }: Parameters<StateCommand>[0],
  column: (state: EditorState, line: Line) => number,
): boolean => {
  const lines = selectedLines(state);
  const [first] = lines;
  if (!first) return false;
  const by = column(state, first) - columnOf(first);
  const changes = state.changes(
    lines.map((line) => {
      if (by > 0) return { from: line.from, insert: " ".repeat(by) };
      return { from: line.from, to: line.from + Math.min(-by, columnOf(line)) };
    }),
  );
  const selection = state.selection.map(changes, 1);
  dispatch(state.update({ changes, selection, userEvent: "input.indent", scrollIntoView: true }));
  return true;
};

/** Under the words of the item before; deeper than that would be no item any more. */
function deeper(state: EditorState, line: Line): number {
  const before = itemBefore(state, line, columnOf(line));
  if (!before) return columnOf(line) + INDENT.length;
  return Math.max(columnOf(line), before[0].length);
}

function shallower(state: EditorState, line: Line): number {
  const parent = itemBefore(state, line, columnOf(line) - 1);
  return parent?.[1]?.length ?? 0;
}

/** The nearest item of this list above, not further in than a column. */
function itemBefore(state: EditorState, line: Line, column: number): RegExpExecArray | undefined {
  for (let number = line.number - 1; number > 0; number--) {
    const { text } = state.doc.line(number);
    const item = ITEM.exec(text);
    if (item && (item[1] ?? "").length <= column) return item;
    const isOutside = text.trim() !== "" && !/^\s/.test(text) && !item;
    if (isOutside) return undefined;
  }
  return undefined;
}

function columnOf({ text }: Line): number {
  return /^\s*/.exec(text)?.[0].length ?? 0;
}

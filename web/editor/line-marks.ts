/** Headings, lists, tasks and quotes as commands on the lines that are selected. Knows the text only. */
import type { ChangeSpec, EditorState, Line, StateCommand } from "@codemirror/state";

const LEVELS = 3;

const BULLET = /^(\s*)(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?/;
const TASK = /^(\s*)(?:[-*+]|\d+[.)])\s+\[[ xX]\]\s+/;
const QUOTE = /^(\s*)>\s?/;

/** One level deeper with each press, and after the third none. */
export const cycleHeading: StateCommand = onLines((line, first) => {
  const now = headingLevel(first);
  const next = now >= LEVELS ? 0 : now + 1;
  const old = /^#{1,6}\s+/.exec(line.text)?.[0].length ?? 0;
  return change(line, 0, old, next === 0 ? "" : `${"#".repeat(next)} `);
});

export const toggleList: StateCommand = onLines((line, first) => {
  const isOn = BULLET.test(first.text) && !TASK.test(first.text);
  return remarked(line, BULLET, isOn ? "" : "- ");
});

export const toggleTask: StateCommand = onLines((line, first) =>
  remarked(line, BULLET, TASK.test(first.text) ? "" : "- [ ] "),
);

export const toggleQuote: StateCommand = onLines((line, first) =>
  QUOTE.test(first.text) ? remarked(line, QUOTE, "") : change(line, 0, 0, "> "),
);

/** The first line decides for all; blank ones between others stay as they are. */
function onLines(edit: (line: Line, first: Line) => ChangeSpec): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const lines = selectedLines(state);
    const [first] = lines;
    if (!first) return false;
    const changes = state.changes(lines.map((line) => edit(line, first)));
    const selection = state.selection.map(changes, 1);
    dispatch(state.update({ changes, selection, userEvent: "input", scrollIntoView: true }));
    return true;
  };
}

/** Each line that a selection touches, once. */
export function selectedLines(state: EditorState): Line[] {
  const lines = new Map<number, Line>();
  for (const { from, to } of state.selection.ranges) {
    for (let at = from; at <= to;) {
      const line = state.doc.lineAt(at);
      lines.set(line.number, line);
      at = line.to + 1;
    }
  }
  const all = [...lines.values()];
  return all.length === 1 ? all : all.filter(({ text }) => text.trim() !== "");
}

function headingLevel({ text }: Line): number {
  return /^(#{1,6})\s/.exec(text)?.[1]?.length ?? 0;
}

function remarked(line: Line, old: RegExp, mark: string): ChangeSpec {
  const found = old.exec(line.text);
  const indent = (found?.[1] ?? /^\s*/.exec(line.text)?.[0] ?? "").length;
  return change(line, indent, found?.[0].length ?? indent, mark);
}

function change({ from }: Line, start: number, end: number, insert: string): ChangeSpec {
  return { from: from + start, to: from + end, insert };
}

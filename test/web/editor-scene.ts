/** A Markdown text with its selections as one string: `|` is a caret, and « and » hold a selection. */
import { markdownLanguage } from "@codemirror/lang-markdown";
import { EditorSelection, EditorState, type StateCommand } from "@codemirror/state";

/** The text after a command, written the same way; undefined when the command did nothing. */
export function after(command: StateCommand, marked: string): string | undefined {
  let state = stateOf(marked);
  const isDone = command({ state, dispatch: (transaction) => (state = transaction.state) });
  return isDone ? written(state) : undefined;
}

function stateOf(marked: string): EditorState {
  const ranges: [number, number][] = [];
  let doc = "";
  let start = 0;
  for (const sign of marked) {
    if (sign === "«") start = doc.length;
    else if (sign === "»") ranges.push([start, doc.length]);
    else if (sign === "|") ranges.push([doc.length, doc.length]);
    else doc += sign;
  }
  const selection = EditorSelection.create(ranges.map(([a, b]) => EditorSelection.range(a, b)));
  const extensions = [markdownLanguage, EditorState.allowMultipleSelections.of(true)];
  return EditorState.create({ doc, selection, extensions });
}

function written(state: EditorState): string {
  let text = state.doc.toString();
  for (const { from, to, empty } of state.selection.ranges.toReversed()) {
    text = empty
      ? `${text.slice(0, from)}|${text.slice(from)}`
      : `${text.slice(0, from)}«${text.slice(from, to)}»${text.slice(to)}`;
  }
  return text;
}

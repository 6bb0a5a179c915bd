/**
 * The editor's text as the preview sees it, which is always a little behind: a place in what is
 * shown is carried over everything that was written since.
 */
import { ChangeSet, Compartment, StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

export interface WatchedText {
  /** The text now, for the next round. */
  take(): string;
  /** What was taken last is what is shown from now on. */
  shown(): void;
  /** Where a line and column of the text that is shown are now; undefined when they are gone. */
  placeNow(line: number, column: number): number | undefined;
  /** What stands there now. */
  read(from: number, to: number): string;
  stop(): void;
}

const listening = new Compartment();

export function watchText(editor: EditorView, onChange: () => void): WatchedText {
  let [taken, shown] = [editor.state.doc, editor.state.doc];
  let sinceTaken = ChangeSet.empty(taken.length).desc;
  let sinceShown = sinceTaken;
  const listener = EditorView.updateListener.of(({ docChanged, changes }) => {
    if (!docChanged) return;
    sinceTaken = sinceTaken.composeDesc(changes.desc);
    sinceShown = sinceShown.composeDesc(changes.desc);
    onChange();
  });
  const isKnown = listening.get(editor.state) !== undefined;
  editor.dispatch({
    effects: isKnown
      ? listening.reconfigure(listener)
      : StateEffect.appendConfig.of(listening.of(listener)),
  });
  return {
    take: () => {
      taken = editor.state.doc;
      sinceTaken = ChangeSet.empty(taken.length).desc;
      return taken.toString();
    },
    shown: () => {
      [shown, sinceShown] = [taken, sinceTaken];
    },
    placeNow: (line, column) => {
      if (line < 0 || line >= shown.lines) return undefined;
      const from = shown.line(line + 1).from + column;
      return from > shown.length ? undefined : sinceShown.mapPos(from, 1);
    },
    read: (from, to) => editor.state.sliceDoc(from, to),
    stop: () => editor.dispatch({ effects: listening.reconfigure([]) }),
  };
}

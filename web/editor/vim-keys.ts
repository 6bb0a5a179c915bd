/** Vim's keys, with the document's own undo: one's own edits only. Fetched when it is chosen. */
import { CodeMirror, getCM, Vim, vim } from "@replit/codemirror-vim";
import type { Extension } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import { redoOwn, undoOwn } from "./own-undo.ts";
import { askToSave } from "./save-request.ts";

type Editor = Parameters<typeof CodeMirror.commands.undo>[0];

const undo = ({ cm6 }: Editor) => void undoOwn(cm6);
const redo = ({ cm6 }: Editor) => void redoOwn(cm6);

CodeMirror.commands.undo = undo;
CodeMirror.commands.redo = redo;
CodeMirror.commands.save = ({ cm6 }: Editor) => askToSave(cm6);
// The commands after a colon had taken the ones that were there before.
Vim.defineEx("undo", "u", undo);
Vim.defineEx("redo", "red", redo);

/** Only an insertion indents. */
const isCommanding = (view: EditorView) => getCM(view)?.state.vim?.insertMode === false;

export function vimKeys(): Extension {
  return [
    vim({ status: true }),
    keymap.of([{ key: "Tab", run: isCommanding, shift: isCommanding }]),
  ];
}

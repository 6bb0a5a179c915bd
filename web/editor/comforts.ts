/** What makes writing easier and is not needed for the first key: pairs, Markdown's keys, Tab, smart paste. */
import { pasteURLAsLink } from "@codemirror/lang-markdown";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, rectangularSelection } from "@codemirror/view";
import type * as Y from "yjs";
import { toggleBold, toggleItalic, toggleLink } from "./inline-marks.ts";
import { inProse, pairs } from "./prose.ts";
import { smartPaste } from "./smart-paste.ts";
import { tabKey } from "./tab-key.ts";

const markKeys = inProse([
  { key: "Mod-b", run: toggleBold, preventDefault: true },
  { key: "Mod-i", run: toggleItalic, preventDefault: true },
  { key: "Mod-k", run: toggleLink, preventDefault: true },
]);

/** For whoever may write. */
export function comforts(undo: Y.UndoManager): Extension {
  return [
    // As editors of code do: with Shift a rectangle, without it one more caret.
    rectangularSelection({
      eventFilter: ({ altKey, shiftKey, button }) => altKey && shiftKey && button === 0,
    }),
    EditorView.clickAddsSelectionRange.of(({ altKey, shiftKey }) => altKey && !shiftKey),
    EditorState.allowMultipleSelections.of(true),
    pasteURLAsLink,
    smartPaste(() => undo.stopCapturing()),
    pairs,
    keymap.of([...markKeys, tabKey]),
    EditorView.contentAttributes.of({ "aria-keyshortcuts": "Control+B Control+I Control+K" }),
  ];
}

/** Emacs' keys, with the document's own undo: one's own edits only. Fetched when it is chosen. */
import { EmacsHandler, emacs } from "@replit/codemirror-emacs";
import type { Extension } from "@codemirror/state";
import { redoOwn, undoOwn } from "./own-undo.ts";

EmacsHandler.bindKey("C-/|C-x u|S-C--|C-z", undoOwn);
EmacsHandler.bindKey("S-C-/|S-C-x u|C--|S-C-z", redoOwn);

export function emacsKeys(): Extension {
  return emacs();
}

/** Undo and redo of the document: they take back what this page wrote, and nobody else's. */
import type { Command } from "@codemirror/view";
import { yUndoManagerKeymap } from "y-codemirror.next";

// The binding exports them by their keys alone.
const [undoKey, , redoKey] = yUndoManagerKeymap;

/** Of the editor's own Y.UndoManager. */
export const undoOwn: Command = (view) => undoKey?.run?.(view) ?? false;

/** Of the editor's own Y.UndoManager. */
export const redoOwn: Command = (view) => redoKey?.run?.(view) ?? false;

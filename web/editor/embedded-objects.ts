/**
 * Objects that other programs put into the text, each shown as one sign: Yjs counts it
 * as one character, so every position is the same in the editor and in the document.
 * Knows the editor and the Y.Text, and nothing of what the objects are.
 */
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, ViewPlugin } from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";
import type * as Y from "yjs";

/** Object replacement character, which CodeMirror draws as a special one. */
const SIGN = "\uFFFC";

/** The text as the editor holds it. */
export function shownText(text: Y.Text): string {
  const parts = text.toDelta() as { readonly insert: unknown }[];
  return parts.map(({ insert }) => (typeof insert === "string" ? insert : SIGN)).join("");
}

/** Stands before the binding, which would give CodeMirror the objects themselves, and that would never come to an end. */
export function showSigns(text: Y.Text): Extension {
  return ViewPlugin.define(() => {
    text.observe(putSigns);
    return { destroy: () => text.unobserve(putSigns) };
  });
}

/** Yjs makes the delta of an event once, and gives the same one to every observer. */
function putSigns({ delta }: Y.YTextEvent): void {
  for (const part of delta) if (typeof part.insert === "object") part.insert = SIGN;
}

/** An object can be deleted, and not moved: only its sign would arrive. */
export const objectsStay: Extension = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.annotation(ySyncAnnotation)) return transaction;
  let [isTaken, isWritten] = [false, false];
  transaction.changes.iterChanges((from, to, _fromNew, _toNew, inserted) => {
    isTaken ||= transaction.startState.sliceDoc(from, to).includes(SIGN);
    isWritten ||= inserted.toString().includes(SIGN);
  });
  return isTaken && isWritten ? [] : transaction;
});

/** What Yjs does not tell of, and a binding that has failed, leave the editor behind: that is noticed. */
export function noticeApart(text: Y.Text, onApart: () => void): Extension {
  return EditorView.updateListener.of(({ state }) => {
    if (state.doc.length !== text.length) onApart();
  });
}

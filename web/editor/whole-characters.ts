/**
 * Keeps every change from ending inside a character of two UTF-16 units: the browser's
 * own changes are found by comparing units, most emoji share their first, and Yjs would
 * turn both halves of a pair that was split into replacement characters.
 */
import {
  type ChangeSpec,
  EditorState,
  type Extension,
  type Text,
  Transaction,
} from "@codemirror/state";
import { ySyncAnnotation } from "y-codemirror.next";

const PAIR = /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/;

export const wholeCharacters: Extension = EditorState.transactionFilter.of((transaction) => {
  // What comes from Yjs is in the document already, as it is.
  if (!transaction.docChanged || transaction.annotation(ySyncAnnotation)) return transaction;
  const before = transaction.startState.doc;
  const changes: ChangeSpec[] = [];
  let isWidened = false;
  transaction.changes.iterChanges((from, to, _fromNew, _toNew, inserted) => {
    const start = isInside(before, from) ? from - 1 : from;
    const end = isInside(before, to) ? to + 1 : to;
    isWidened ||= start < from || end > to;
    const insert =
      before.sliceString(start, from) + inserted.toString() + before.sliceString(to, end);
    changes.push({ from: start, to: end, insert });
  });
  if (!isWidened) return transaction;
  const event = transaction.annotation(Transaction.userEvent);
  return {
    changes,
    selection: transaction.newSelection,
    effects: transaction.effects,
    scrollIntoView: transaction.scrollIntoView,
    ...(event !== undefined && { userEvent: event }),
  };
});

function isInside(text: Text, position: number): boolean {
  return PAIR.test(text.sliceString(position - 1, position + 1));
}

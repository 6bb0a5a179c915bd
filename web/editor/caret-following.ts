/**
 * Going to somebody's caret, and staying with it while it moves. Scrolls only;
 * when it begins and what ends it is the page's to know.
 */
import { EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { caretOf, caretsMoved, pointAt } from "./remote-carets.ts";

/** How far from the upper and lower edge a followed caret stays, in pixels. */
const MARGIN = 96;

const followed = StateEffect.define<number | undefined>();

const whom = StateField.define<number | undefined>({
  create: () => undefined,
  update: (clientId, { effects }) => {
    const change = effects.find((effect) => effect.is(followed));
    return change ? change.value : clientId;
  },
});

/** In the transaction that moves the caret, so that the two are drawn together. */
export const caretFollowing: Extension = [
  whom,
  EditorState.transactionExtender.of(({ startState, effects }) => {
    const moved = effects.find((effect) => effect.is(caretsMoved));
    const clientId = startState.field(whom);
    if (!moved || clientId === undefined) return null;
    const caret = moved.value.find(({ person }) => person.clientId === clientId);
    if (!caret || caret.movedAt === caretOf(startState, clientId)?.movedAt) return null;
    return { effects: EditorView.scrollIntoView(caret.head, { y: "nearest", yMargin: MARGIN }) };
  }),
];

/** To the middle of the view, with the name shown. Answers whether they have a caret. */
export function jumpTo(view: EditorView, clientId: number): boolean {
  const caret = caretOf(view.state, clientId);
  if (!caret) return false;
  view.dispatch({
    effects: [EditorView.scrollIntoView(caret.head, { y: "center" }), pointAt.of(clientId)],
  });
  return true;
}

/** To one's own caret. */
export function jumpHome(view: EditorView): void {
  const { head } = view.state.selection.main;
  view.dispatch({ effects: EditorView.scrollIntoView(head, { y: "center" }) });
}

/** From now on the view goes along with somebody; with nobody when undefined. */
export function follow(view: EditorView, clientId: number | undefined): void {
  view.dispatch({ effects: followed.of(clientId) });
}

/** Has somebody's caret show its name, if it is in view. */
export function showName(view: EditorView, clientId: number): void {
  if (caretOf(view.state, clientId)) view.dispatch({ effects: pointAt.of(clientId) });
}

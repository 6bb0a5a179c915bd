/** Find and replace: CodeMirror's panel with the page's words. Its look is in `theme.ts`. */
import { closeSearchPanel, search, searchPanelOpen } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Words } from "../words/english.ts";

const phrases = new Compartment();

/** The words come with `speak`. */
export const findPanel: Extension = [search({ top: true }), phrases.of([])];

/** A panel that is open keeps its words until it is opened again. */
export function speak(view: EditorView, { find }: Words): void {
  view.dispatch({ effects: phrases.reconfigure(EditorState.phrases.of(find)) });
}

/** Before the role changes, which decides whether it can replace. */
export function closeFindPanel(view: EditorView): void {
  if (searchPanelOpen(view.state)) closeSearchPanel(view);
}

/** Find and replace: CodeMirror's own panel. Its words are the catalogue's, its look is in `theme.ts`. */
import { closeSearchPanel, search, searchPanelOpen } from "@codemirror/search";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

/** At the top, where a phone keeps it above the keyboard. */
export const findPanel: Extension = search({ top: true });

/** Before the role changes, which decides whether it can replace. */
export function closeFindPanel(view: EditorView): void {
  if (searchPanelOpen(view.state)) closeSearchPanel(view);
}

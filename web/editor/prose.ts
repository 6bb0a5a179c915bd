/** What is true of Markdown only, and not of a document in another language. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { markdownLanguage } from "@codemirror/lang-markdown";
import { language } from "@codemirror/language";
import type { EditorState, Extension } from "@codemirror/state";
import { type KeyBinding, keymap } from "@codemirror/view";

/** Not the apostrophe: in prose it stands alone far more often than as a quote. */
const BRACKETS = ["(", "[", "{", '"'];

/** What may follow where a pair is put; a word never does. */
const BEFORE = ")]}\"'.,:;!?*_~…";

/** Pairs of brackets; a code document says itself which. */
export const pairs: Extension = [
  markdownLanguage.data.of({ closeBrackets: { brackets: BRACKETS, before: BEFORE } }),
  closeBrackets(),
  keymap.of(closeBracketsKeymap),
];

/** Whether the document is Markdown. */
export function isProse(state: EditorState): boolean {
  return state.facet(language) === markdownLanguage;
}

/** The keys do nothing in a document of another language. */
export function inProse(bindings: readonly KeyBinding[]): KeyBinding[] {
  return bindings.map(({ run, ...binding }) => ({
    ...binding,
    ...(run && { run: (view) => isProse(view.state) && run(view) }),
  }));
}

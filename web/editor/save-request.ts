/** That somebody asks to save by a command of the keys they are used to. What is answered is the page's to know. */
import { Facet } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

const answers = Facet.define<() => void>();

/** What is done when somebody asks. */
export const answersSave = (answer: () => void) => answers.of(answer);

/** Somebody has asked. */
export function askToSave({ state }: EditorView): void {
  for (const answer of state.facet(answers)) answer();
}

/** Tells the others where one's own caret is: at once, then at most twenty times a second. */
import type { Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

/** Milliseconds between two messages. */
const PAUSE_MS = 50;

export function ownCaret(text: Y.Text, awareness: Awareness): Extension {
  return ViewPlugin.define((view) => new OwnCaret(view, text, awareness));
}

class OwnCaret {
  readonly #view: EditorView;
  readonly #text: Y.Text;
  readonly #awareness: Awareness;
  #told = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLate = false;

  constructor(view: EditorView, text: Y.Text, awareness: Awareness) {
    this.#view = view;
    this.#text = text;
    this.#awareness = awareness;
  }

  update({ selectionSet, docChanged, focusChanged }: ViewUpdate): void {
    if (!selectionSet && !docChanged && !focusChanged) return;
    this.#isLate = true;
    // After this update: the binding has not carried it into the Y.Text yet.
    if (!this.#timer) this.#timer = setTimeout(() => this.#publish(), 0);
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #publish(): void {
    this.#timer = undefined;
    if (!this.#isLate) return;
    this.#isLate = false;
    this.#timer = setTimeout(() => this.#publish(), PAUSE_MS);
    // Nobody has a caret who has not been in the text yet; leaving the window does not remove it.
    if (!this.#view.hasFocus && !this.#told) return;
    const { anchor, head } = this.#view.state.selection.main;
    const cursor = { anchor: this.#relative(anchor), head: this.#relative(head) };
    const told = JSON.stringify(cursor);
    if (told === this.#told) return;
    this.#told = told;
    this.#awareness.setLocalStateField("cursor", cursor);
  }

  #relative(index: number): unknown {
    const position = Y.createRelativePositionFromTypeIndex(
      this.#text,
      Math.min(index, this.#text.length),
    );
    return Y.relativePositionToJSON(position);
  }
}

/**
 * The text on the page: CodeMirror bound to the document's Y.Text. Knows the
 * document and its awareness, and nothing of the page around it.
 */
import { defaultKeymap, selectAll } from "@codemirror/commands";
import { markdownKeymap, markdownLanguage, pasteURLAsLink } from "@codemirror/lang-markdown";
import { indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightSpecialChars,
  keymap,
  placeholder,
  rectangularSelection,
} from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { normalizeText } from "#protocol/document.ts";
import { words } from "../words/words.ts";
import { carets } from "./carets.ts";
import { noticeApart, objectsStay, showSigns, shownText } from "./embedded-objects.ts";
import { markdownStyle } from "./markdown-style.ts";
import { ownCaret } from "./own-caret.ts";
import { editorTheme } from "./theme.ts";
import { wholeCharacters } from "./whole-characters.ts";

/** What changes when the role or the language does. */
const mode = new Compartment();

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: Y.Text;
  readonly undo: Y.UndoManager;
  readonly awareness: Awareness;
  /** What is shown is not what the document holds any more, or will not be: nothing may be typed. */
  readonly onBroken: () => void;
}

export function createEditor(options: EditorOptions): EditorView {
  const { parent, text, undo, awareness, onBroken } = options;
  const state = EditorState.create({
    doc: shownText(text),
    extensions: [
      // Yjs counts a stray \r as a character, so CodeMirror must not count it as a line break.
      EditorState.lineSeparator.of("\n"),
      EditorView.clipboardInputFilter.of(normalizeText),
      wholeCharacters,
      objectsStay,
      showSigns(text),
      yCollab(text, null, { undoManager: undo }),
      // After an error CodeMirror leaves out the plugin that writes into the document, silently.
      EditorView.exceptionSink.of((error) => {
        console.error(error);
        onBroken();
      }),
      noticeApart(text, onBroken),
      carets(text, awareness),
      ownCaret(text, awareness),
      look(),
      mode.of(reading()),
      editorTheme,
    ],
  });
  if (state.doc.length !== text.length) onBroken();
  return new EditorView({ state, parent });
}

/** Without leave it only reads. In an effect, a change of language says everything anew. */
export function allowEditing(view: EditorView, isAllowed: boolean): void {
  view.dispatch({ effects: mode.reconfigure(isAllowed ? writing() : reading()) });
}

function look(): Extension {
  return [
    highlightSpecialChars(),
    drawSelection(),
    highlightSelectionMatches({ minSelectionLength: 3 }),
    search({ top: true }),
    // Not `markdown()`: it would bring the languages of HTML, CSS and JavaScript along.
    markdownLanguage,
    markdownStyle,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ tabindex: "0" }),
    keymap.of(searchKeymap),
  ];
}

/** In the language of the page. */
function spoken(): Extension {
  const { text, editorPhrases } = words.value;
  return [
    EditorState.phrases.of(editorPhrases),
    EditorView.contentAttributes.of({ "aria-label": text.name }),
  ];
}

function writing(): Extension {
  return [
    spoken(),
    dropCursor(),
    rectangularSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentOnInput(),
    placeholder(words.value.text.placeholder),
    pasteURLAsLink,
    EditorView.contentAttributes.of({
      spellcheck: "true",
      autocorrect: "on",
      autocapitalize: "sentences",
    }),
    keymap.of([...yUndoManagerKeymap, ...markdownKeymap, ...defaultKeymap]),
  ];
}

/** As on any page: no caret and no phone's keyboard, keys scroll, and undo would write. */
function reading(): Extension {
  return [
    spoken(),
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.editorAttributes.of({ class: "cm-reading" }),
    // All of the text, and not what of it happens to be drawn.
    keymap.of([{ key: "Mod-a", run: selectAll }]),
  ];
}

/**
 * The text on the page: CodeMirror bound to the document's Y.Text. Knows the
 * document and its awareness, and nothing of the page around it.
 */
import { defaultKeymap, selectAll } from "@codemirror/commands";
import { markdownKeymap } from "@codemirror/lang-markdown";
import { indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightSpecialChars,
  keymap,
  placeholder,
} from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { normalizeText } from "#protocol/document.ts";
import { words } from "../words/words.ts";
import { carets } from "./carets.ts";
import { noticeApart, objectsStay, showSigns, shownText } from "./embedded-objects.ts";
import { documentLanguage } from "./document-language.ts";
import { closeFindPanel, findPanel } from "./find-panel.ts";
import { schemeKeys } from "./key-schemes.ts";
import { ownCaret } from "./own-caret.ts";
import { editorTheme } from "./theme.ts";
import { tellsUpdates } from "./updates.ts";
import { wholeCharacters } from "./whole-characters.ts";

/** What changes when the role or the language does. */
const mode = new Compartment();

/** What comes later, before the keys that all editors have. */
const comfort = new Compartment();

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
      schemeKeys,
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
      tellsUpdates,
      documentLanguage,
      comfort.of([]),
      mode.of(reading()),
      editorTheme,
    ],
  });
  if (state.doc.length !== text.length) onBroken();
  return new EditorView({ state, parent });
}

/** Without leave it only reads. In an effect, a change of language says everything anew. */
export function allowEditing(view: EditorView, isAllowed: boolean): void {
  closeFindPanel(view);
  view.dispatch({ effects: mode.reconfigure(isAllowed ? writing() : reading()) });
}

/** What writing is easier with; nothing for those who only read. */
export function addComforts(view: EditorView, comforts: Extension): void {
  view.dispatch({ effects: comfort.reconfigure(comforts) });
}

function look(): Extension {
  return [
    highlightSpecialChars(),
    drawSelection(),
    highlightSelectionMatches({ minSelectionLength: 3 }),
    findPanel,
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
    indentOnInput(),
    placeholder(words.value.text.placeholder),
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

/**
 * Which language the text is in: Markdown, or one of those that CodeMirror knows, whose
 * parser is fetched when a document is in it. Knows the editor and no Y.Doc.
 */
import { markdownLanguage } from "@codemirror/lang-markdown";
import { Compartment, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { markdownStyle } from "./markdown-style.ts";

/** What a document is in that names no language. */
export const MARKDOWN = "Markdown";

const compartment = new Compartment();

/** Not `markdown()`: it would bring the languages of HTML, CSS and JavaScript along. */
const MARKDOWN_SUPPORT: Extension = [markdownLanguage, markdownStyle];

/** What is known of code before its parser has come. */
const CODE: Extension = [
  EditorView.editorAttributes.of({ class: "cm-code" }),
  EditorView.contentAttributes.of({
    spellcheck: "false",
    autocorrect: "off",
    autocapitalize: "off",
    writingsuggestions: "false",
  }),
];

/** Before what is written in any language, since the first to name an attribute decides. */
export const documentLanguage: Extension = compartment.of(MARKDOWN_SUPPORT);

/**
 * A language that nobody knows, or that cannot be fetched, is shown as plain code.
 * @param isWanted Asked again when it has come.
 */
export async function showLanguage(
  view: EditorView,
  name: string,
  isWanted: () => boolean,
): Promise<void> {
  if (name === MARKDOWN)
    return view.dispatch({ effects: compartment.reconfigure(MARKDOWN_SUPPORT) });
  view.dispatch({ effects: compartment.reconfigure(CODE) });
  const support = await codeSupport(name);
  if (support && isWanted()) view.dispatch({ effects: compartment.reconfigure([CODE, support]) });
}

async function codeSupport(name: string): Promise<Extension | undefined> {
  try {
    return await (await import("./code-languages.ts")).codeSupport(name);
  } catch {
    return undefined;
  }
}

/** Which language the document is in, for everybody. */
import { MARKDOWN } from "../editor/document-language.ts";
import { languageNames } from "../editor/code-languages.ts";
import { words } from "../words/words.ts";
import { Chooser } from "./chooser.tsx";
import type { DialogProps } from "./dialogs.tsx";

export function LanguageChooser({ open, view, onClose }: DialogProps) {
  const now = open.language.peek() ?? MARKDOWN;
  const choices = [MARKDOWN, ...languageNames].map((name) => ({
    name,
    detail: name === now ? "✓" : undefined,
    run: () => {
      if (open.canEdit.peek()) open.setLanguage(name === MARKDOWN ? undefined : name);
      view.peek()?.focus();
    },
  }));
  return (
    <Chooser name={words.value.commands.documentLanguage} choices={choices} onClose={onClose} />
  );
}

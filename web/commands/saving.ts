/** What the key that saves elsewhere answers here, where everything is saved as it is written. */
import type { EditorView } from "@codemirror/view";
import { saveText } from "../files/save-text.ts";
import type { OpenDocument } from "../open-document.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";

/** Says whether the text is saved or what is being waited for, and offers a copy of it. */
export function answerSave(open: OpenDocument, view: EditorView | undefined): void {
  const { commands } = words.peek();
  const { tone, text } = open.save.peek();
  const saying = { good: commands.alreadySaved, busy: commands.waiting };
  const run = () => {
    downloadMarkdown(open);
    view?.focus();
  };
  toast(tone === "good" || tone === "busy" ? saying[tone] : text || commands.waiting, {
    action: { name: commands.download, run },
  });
}

/** From what this page holds, so it works without a network too. */
export function downloadMarkdown(open: OpenDocument): void {
  saveText(open, "md");
}

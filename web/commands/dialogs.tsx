/** The dialogs that are asked for by name; the code of each is fetched when it is. */
import type { EditorView } from "@codemirror/view";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { OpenDocument } from "../open-document.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";

/** What each of them is given. */
export interface DialogProps {
  readonly open: OpenDocument;
  readonly view: ReadonlySignal<EditorView | undefined>;
  readonly onClose: () => void;
}

const LOADERS = {
  palette: async () => (await import("./palette.tsx")).Palette,
  language: async () => (await import("./language-chooser.tsx")).LanguageChooser,
  count: async () => (await import("./word-count.tsx")).WordCount,
  shortcuts: async () => (await import("./shortcuts.tsx")).Shortcuts,
} satisfies Record<string, () => Promise<ComponentType<DialogProps>>>;

/** In a wrapper, because a signal would call a component that is set as its value. */
const shown = signal<{ readonly Dialog: ComponentType<DialogProps> } | undefined>(undefined);

/** Counts what was asked for, and each document that was left: only the last one is still wanted. */
let asked = 0;

/** In the place of another one that may be open; nothing when the document is left before it comes. */
export async function showDialog(name: keyof typeof LOADERS): Promise<void> {
  const own = (asked += 1);
  try {
    const Dialog = await LOADERS[name]();
    if (own === asked) shown.value = { Dialog };
  } catch {
    if (own === asked) toast(words.peek().loading.failed);
  }
}

/** Where they stand in the page; none outlives its document. */
export function Dialogs(props: Omit<DialogProps, "onClose">) {
  useEffect(() => forget, []);
  const now = shown.value;
  if (!now) return null;
  const { Dialog } = now;
  const onClose = () => {
    if (shown.peek() === now) shown.value = undefined;
  };
  return <Dialog {...props} onClose={onClose} />;
}

function forget(): void {
  asked += 1;
  shown.value = undefined;
}

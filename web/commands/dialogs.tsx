/** The dialogs that are asked for by name; the code of each is fetched when it is. */
import type { EditorView } from "@codemirror/view";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
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

/** In the place of another one that may be open. */
export async function showDialog(name: keyof typeof LOADERS): Promise<void> {
  try {
    shown.value = { Dialog: await LOADERS[name]() };
  } catch {
    toast(words.peek().loading.failed);
  }
}

/** Where they stand in the page. */
export function Dialogs(props: Omit<DialogProps, "onClose">) {
  const now = shown.value;
  if (!now) return null;
  const { Dialog } = now;
  const onClose = () => {
    if (shown.peek() === now) shown.value = undefined;
  };
  return <Dialog {...props} onClose={onClose} />;
}

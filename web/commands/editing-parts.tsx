/** The comforts themselves: ties the editor to what is chosen for it: its words, its language, its keys, and the page's own commands. */
import type { EditorView } from "@codemirror/view";
import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { comforts } from "../editor/comforts.ts";
import { MARKDOWN, showLanguage } from "../editor/document-language.ts";
import { addComforts } from "../editor/editor.ts";
import { keyScheme, useKeyScheme } from "../editor/key-schemes.ts";
import { answersSave } from "../editor/save-request.ts";
import type { OpenDocument } from "../open-document.ts";
import { PHONE } from "../phone.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";
import { addCommands } from "./commands.ts";
import { Dialogs, showDialog } from "./dialogs.tsx";
import type { EditingProps } from "./editing.tsx";
import { editingCommands } from "./editing-commands.ts";
import { answerSave } from "./saving.ts";
import type { ToolbarProps } from "./toolbar.tsx";

export function EditingParts({ open, view }: EditingProps) {
  useComforts(open, view);
  useLanguage(open, view);
  useKeys(open, view);
  useEffect(() => addCommands(() => editingCommands({ open, view })), [open, view]);
  useEffect(() => listenToKeys(open, view), [open, view]);
  return (
    <>
      <PhoneToolbar open={open} view={view} />
      <Dialogs open={open} view={view} />
    </>
  );
}

/** Not for those who only read. */
function useComforts(open: OpenDocument, view: ReadonlySignal<EditorView | undefined>): void {
  useSignalEffect(() => {
    const editor = view.value;
    if (!editor) return;
    const save = answersSave(() => answerSave(open, editor));
    addComforts(editor, open.canEdit.value ? [comforts(open.undo), save] : []);
  });
}

function useLanguage(open: OpenDocument, view: ReadonlySignal<EditorView | undefined>): void {
  useSignalEffect(() => {
    const [editor, name] = [view.value, open.language.value];
    const isWanted = () => view.peek() === editor && open.language.peek() === name;
    if (editor) void showLanguage(editor, name ?? MARKDOWN, isWanted);
  });
}

/** Whoever only reads has the page's own keys. */
function useKeys(open: OpenDocument, view: ReadonlySignal<EditorView | undefined>): void {
  const scheme = () => (open.canEdit.value ? keyScheme.value : "default");
  useSignalEffect(() => {
    const [editor, wanted] = [view.value, scheme()];
    if (!editor) return;
    const isWanted = () => view.peek() === editor && scheme() === wanted;
    void applyKeys(editor, wanted, isWanted);
  });
}

async function applyKeys(...wanted: Parameters<typeof useKeyScheme>): Promise<void> {
  if (!(await useKeyScheme(...wanted))) toast(words.peek().loading.failed);
}

/** Last of all, so that an editor's own keys go first. */
function listenToKeys(open: OpenDocument, view: ReadonlySignal<EditorView | undefined>) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey === event.metaKey) return;
    const key = event.key.toLowerCase();
    if (key === "s" && !event.shiftKey) answerSave(open, view.peek());
    else if (key === "p" && event.shiftKey) void showDialog("palette");
    else return;
    event.preventDefault();
  };
  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}

type Loaded = { readonly Toolbar: ComponentType<ToolbarProps> } | undefined;

/** Its code is fetched on narrow screens only. */
function PhoneToolbar({ open, view }: EditingProps) {
  const loaded = useSignal<Loaded>(undefined);
  const isPhone = useSignal(false);
  useEffect(() => {
    const query = matchMedia(PHONE);
    const look = () => (isPhone.value = query.matches);
    look();
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  useSignalEffect(() => {
    if (isPhone.value && !loaded.peek()) void loadToolbar(loaded);
  });
  const Toolbar = loaded.value?.Toolbar;
  const editor = view.value;
  if (!Toolbar || !isPhone.value || !editor || !open.canEdit.value) return null;
  // Whatever is seen stands in some landmark.
  return (
    <footer>
      <Toolbar view={editor} language={open.language.value} />
    </footer>
  );
}

async function loadToolbar(loaded: Signal<Loaded>): Promise<void> {
  try {
    loaded.value = { Toolbar: (await import("./toolbar.tsx")).Toolbar };
  } catch {
    // Offline, or older than what the server has now: one can write without it.
  }
}

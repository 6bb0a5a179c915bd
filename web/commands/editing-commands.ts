/** The commands of writing and of the page, for the palette; and which keys the page itself has. */
import { openSearchPanel } from "@codemirror/search";
import type { Command as EditorCommand, EditorView } from "@codemirror/view";
import { toggleBold, toggleItalic, toggleLink } from "../editor/inline-marks.ts";
import { cycleHeading, toggleList, toggleQuote, toggleTask } from "../editor/line-marks.ts";
import { redoOwn, undoOwn } from "../editor/own-undo.ts";
import { isProse } from "../editor/prose.ts";
import { words } from "../words/words.ts";
import type { Command } from "./commands.ts";
import { type DialogProps, showDialog } from "./dialogs.tsx";
import { answerSave, downloadMarkdown } from "./saving.ts";
import { hasKeys } from "./shortcut-names.ts";

type Props = Omit<DialogProps, "onClose">;

/** What is possible just now. */
export function editingCommands(props: Props): readonly Command[] {
  const view = props.view.peek();
  if (!view) return [];
  const isWriter = props.open.canEdit.peek();
  return [
    { name: words.peek().commands.find, shortcut: "Mod-f", run: () => openSearchPanel(view) },
    ...(isWriter && isProse(view.state) ? markCommands(view) : []),
    ...(isWriter ? undoCommands(view) : []),
    ...pageCommands(props, isWriter),
  ];
}

function markCommands(view: EditorView): readonly Command[] {
  const { commands } = words.peek();
  return [
    { name: commands.bold, shortcut: "Mod-b", run: inText(view, toggleBold) },
    { name: commands.italic, shortcut: "Mod-i", run: inText(view, toggleItalic) },
    { name: commands.link, shortcut: "Mod-k", run: inText(view, toggleLink) },
    { name: commands.heading, run: inText(view, cycleHeading) },
    { name: commands.list, run: inText(view, toggleList) },
    { name: commands.task, run: inText(view, toggleTask) },
    { name: commands.quote, run: inText(view, toggleQuote) },
  ];
}

function undoCommands(view: EditorView): readonly Command[] {
  const { commands } = words.peek();
  return [
    { name: commands.undo, shortcut: "Mod-z", run: inText(view, undoOwn) },
    { name: commands.redo, shortcut: "Mod-Shift-z", run: inText(view, redoOwn) },
  ];
}

function pageCommands({ open, view }: Props, isWriter: boolean): readonly Command[] {
  const { commands, shortcuts } = words.peek();
  const language = { name: commands.documentLanguage, run: () => void showDialog("language") };
  const shortcutList = { name: commands.shortcuts, run: () => void showDialog("shortcuts") };
  return [
    { name: commands.count, run: () => void showDialog("count") },
    ...(isWriter ? [language] : []),
    { name: shortcuts.save, shortcut: "Mod-s", run: () => answerSave(open, view.peek()) },
    { name: commands.downloadMarkdown, run: () => downloadMarkdown(open) },
    ...(hasKeys() ? [shortcutList] : []),
  ];
}

/** One goes on writing afterwards. */
function inText(view: EditorView, command: EditorCommand): () => void {
  return () => {
    command(view);
    view.focus();
  };
}

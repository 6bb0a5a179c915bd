/** The keys there are, by the names of the platform. */
import { Dialog, DialogHeader } from "../dialog.tsx";
import "../styles/commands.css";
import { words } from "../words/words.ts";
import type { DialogProps } from "./dialogs.tsx";
import { isMac, shortcutName } from "./shortcut-names.ts";

interface Line {
  readonly name: string;
  readonly keys: string;
}

interface Part {
  readonly heading: string;
  readonly lines: readonly Line[];
}

export function Shortcuts({ open, onClose }: DialogProps) {
  const { shortcuts: title } = words.value.commands;
  const parts = open.canEdit.value ? [writing(), moving(), page()] : [page()];
  return (
    <Dialog name={title} kind="shortcuts" onClose={onClose}>
      <DialogHeader title={title} />
      <div class="shortcut-parts" tabIndex={0} role="group" aria-label={title}>
        {parts.map((part) => (
          <ShortcutPart key={part.heading} {...part} />
        ))}
      </div>
    </Dialog>
  );
}

function ShortcutPart({ heading, lines }: Part) {
  return (
    <section>
      <h3>{heading}</h3>
      <dl>
        {lines.map(({ name, keys }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <kbd>{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function writing(): Part {
  const { commands, shortcuts } = words.value;
  const leave = `${shortcutName("Escape")} ${shortcuts.andThen} ${shortcutName("Tab")}`;
  return {
    heading: shortcuts.writing,
    lines: [
      { name: commands.bold, keys: shortcutName("Mod-b") },
      { name: commands.italic, keys: shortcutName("Mod-i") },
      { name: commands.link, keys: shortcutName("Mod-k") },
      { name: commands.undo, keys: shortcutName("Mod-z") },
      { name: commands.redo, keys: shortcutName("Mod-Shift-z") },
      { name: shortcuts.pastePlain, keys: shortcutName("Mod-Shift-v") },
      { name: shortcuts.indent, keys: shortcutName("Tab") },
      { name: shortcuts.outdent, keys: shortcutName("Shift-Tab") },
      { name: shortcuts.leaveText, keys: leave },
      { name: shortcuts.tabMode, keys: shortcutName(isMac ? "Shift-Alt-m" : "Ctrl-m") },
    ],
  };
}

function withMouse(keys: string, doing: string): string {
  return `${shortcutName(`${keys}-x`).slice(0, -1)}${isMac ? " " : ""}${doing}`;
}

function moving(): Part {
  const { shortcuts } = words.value;
  return {
    heading: shortcuts.moving,
    lines: [
      { name: shortcuts.addNext, keys: shortcutName("Mod-d") },
      { name: shortcuts.caretAbove, keys: shortcutName("Mod-Alt-ArrowUp") },
      { name: shortcuts.caretBelow, keys: shortcutName("Mod-Alt-ArrowDown") },
      { name: shortcuts.clickCaret, keys: withMouse("Alt", shortcuts.click) },
      { name: shortcuts.rectangle, keys: withMouse("Shift-Alt", shortcuts.drag) },
      {
        name: shortcuts.moveLine,
        keys: `${shortcutName("Alt-ArrowUp")} ${shortcutName("Alt-ArrowDown")}`,
      },
    ],
  };
}

function page(): Part {
  const { commands, shortcuts } = words.value;
  return {
    heading: shortcuts.page,
    lines: [
      { name: commands.find, keys: shortcutName("Mod-f") },
      { name: shortcuts.nextMatch, keys: shortcutName("Mod-g") },
      { name: commands.palette, keys: shortcutName("Mod-Shift-p") },
      { name: shortcuts.save, keys: shortcutName("Mod-s") },
    ],
  };
}

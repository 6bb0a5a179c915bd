/** Everything that can be done just now, by its name. */
import { useMemo } from "preact/hooks";
import { words } from "../words/words.ts";
import { Chooser } from "./chooser.tsx";
import { allCommands } from "./commands.ts";
import type { DialogProps } from "./dialogs.tsx";
import { hasKeys, shortcutName } from "./shortcut-names.ts";

export function Palette({ onClose }: DialogProps) {
  const choices = useMemo(
    () =>
      allCommands().map(({ name, shortcut, run }) => ({
        name,
        detail: shortcut && hasKeys() ? shortcutName(shortcut) : undefined,
        run,
      })),
    [],
  );
  return <Chooser name={words.value.commands.palette} choices={choices} onClose={onClose} />;
}

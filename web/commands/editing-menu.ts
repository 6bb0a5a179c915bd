/** What the menu of a document has for writing: finding, the palette, counts, the language, the keys. */
import { openSearchPanel } from "@codemirror/search";
import type { DocumentMenuProps } from "../document-menu.tsx";
import { MARKDOWN } from "../editor/document-language.ts";
import { chooseKeyScheme, KEY_SCHEMES, keyScheme } from "../editor/key-schemes.ts";
import type { MenuGroup, MenuItem } from "../menu.tsx";
import { words } from "../words/words.ts";
import { showDialog } from "./dialogs.tsx";
import { shortcutName } from "./shortcut-names.ts";

export function editing({ open, view }: DocumentMenuProps): MenuGroup {
  const { commands } = words.peek();
  const language: MenuItem = {
    name: commands.documentLanguage,
    detail: open.language.peek() ?? MARKDOWN,
    onSelect: () => void showDialog("language"),
  };
  return {
    items: [
      {
        name: commands.find,
        detail: shortcutName("Mod-f"),
        onSelect: () => find(view.peek()),
      },
      {
        name: commands.palette,
        detail: shortcutName("Mod-Shift-p"),
        onSelect: () => void showDialog("palette"),
      },
      { name: commands.count, onSelect: () => void showDialog("count") },
      ...(open.canEdit.peek() ? [language] : []),
      { name: commands.shortcuts, onSelect: () => void showDialog("shortcuts") },
    ],
  };
}

/** None for those who only read. */
export function keySchemes({ open }: DocumentMenuProps): readonly MenuGroup[] {
  if (!open.canEdit.peek()) return [];
  const { heading, schemes } = words.peek().keys;
  const items = KEY_SCHEMES.map((scheme) => ({
    name: schemes[scheme],
    isChosen: keyScheme.peek() === scheme,
    onSelect: () => chooseKeyScheme(scheme),
  }));
  return [{ heading, items }];
}

/** The panel takes the focus once it is drawn. */
function find(view: ReturnType<DocumentMenuProps["view"]["peek"]>): void {
  if (view) openSearchPanel(view);
}

/** What the menu of a document has for writing: finding, the palette, counts, the language, the keys. */
import { openSearchPanel } from "@codemirror/search";
import type { DocumentMenuProps } from "../document-menu.tsx";
import { MARKDOWN } from "../editor/document-language.ts";
import { chooseKeyScheme, KEY_SCHEMES, keyScheme } from "../editor/key-schemes.ts";
import type { MenuGroup, MenuItem } from "../menu.tsx";
import { words } from "../words/words.ts";
import { showDialog } from "./dialogs.tsx";
import { hasKeys, shortcutName } from "./shortcut-names.ts";

/** @param images What puts images in, where one may write. */
export function editing({ open, view }: DocumentMenuProps, images: readonly MenuItem[]): MenuGroup {
  const { commands } = words.peek();
  const language: MenuItem = {
    name: commands.documentLanguage,
    detail: open.language.peek() ?? MARKDOWN,
    onSelect: () => void showDialog("language"),
  };
  const shortcuts = { name: commands.shortcuts, onSelect: () => void showDialog("shortcuts") };
  return {
    items: [
      { name: commands.find, ...detail("Mod-f"), onSelect: () => find(view.peek()) },
      ...images,
      { name: commands.count, onSelect: () => void showDialog("count") },
      ...(open.canEdit.peek() ? [language] : []),
      {
        name: commands.palette,
        ...detail("Mod-Shift-p"),
        onSelect: () => void showDialog("palette"),
      },
      ...(hasKeys() ? [shortcuts] : []),
    ],
  };
}

/** A shortcut, to whoever has keys. */
function detail(shortcut: string): Pick<MenuItem, "detail"> {
  return hasKeys() ? { detail: shortcutName(shortcut) } : {};
}

/** None for those who only read, or have no keys. */
export function keySchemes({ open }: DocumentMenuProps): readonly MenuGroup[] {
  if (!open.canEdit.peek() || !hasKeys()) return [];
  const { heading, schemes } = words.peek().keys;
  const items = KEY_SCHEMES.map((scheme) => ({
    name: schemes[scheme],
    isChosen: keyScheme.peek() === scheme,
    onSelect: () => chooseKeyScheme(scheme),
  }));
  return [{ heading, isRow: true, items }];
}

/** The panel takes the focus once it is drawn. */
function find(view: ReturnType<DocumentMenuProps["view"]["peek"]>): void {
  if (view) openSearchPanel(view);
}

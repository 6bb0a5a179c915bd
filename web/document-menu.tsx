/** Everything that can be done with a document and is wanted now and then. */
import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import { editing, keySchemes } from "./commands/editing-menu.ts";
import { type MenuGroup, MenuButton } from "./menu.tsx";
import type { OpenDocument } from "./open-document.ts";
import { chooseTheme, theme, THEMES } from "./theme.ts";
import { words } from "./words/words.ts";

export interface DocumentMenuProps {
  readonly open: OpenDocument;
  readonly view: ReadonlySignal<EditorView | undefined>;
}

/** Each part of the page adds its group here. */
export function DocumentMenu(props: DocumentMenuProps) {
  return (
    <MenuButton
      name={words.value.menu.more}
      class="icon"
      groups={() => [editing(props), ...keySchemes(props), themes()]}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M5 12h.01M12 12h.01M19 12h.01" />
      </svg>
    </MenuButton>
  );
}

function themes(): MenuGroup {
  const { menu } = words.peek();
  return {
    heading: menu.theme,
    items: THEMES.map((each) => ({
      name: menu.themes[each],
      isChosen: theme.peek() === each,
      onSelect: () => chooseTheme(each),
    })),
  };
}

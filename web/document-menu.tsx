/** Everything that can be done with a document and is wanted now and then. */
import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import { editing, keySchemes } from "./commands/editing-menu.ts";
import { lifeGroup } from "./files/document-life.tsx";
import { narrowExportGroups } from "./files/export-button.tsx";
import { imageGroups } from "./images/image-drops.ts";
import { type MenuGroup, MenuButton } from "./menu.tsx";
import type { OpenDocument } from "./open-document.ts";
import { chooseTheme, theme, THEMES } from "./theme.ts";
import { chooseLanguage, chosenLanguage, LANGUAGES, words } from "./words/words.ts";

export interface DocumentMenuProps {
  readonly open: OpenDocument;
  readonly view: ReadonlySignal<EditorView | undefined>;
}

/** Each part of the page adds its group here. */
export function DocumentMenu(props: DocumentMenuProps) {
  const { open, view } = props;
  return (
    <MenuButton
      name={words.value.menu.more}
      class="icon"
      groups={() => [
        editing(
          props,
          imageGroups(view.peek(), open).flatMap(({ items }) => items),
        ),
        lifeGroup(open),
        ...narrowExportGroups(open),
        ...keySchemes(props),
        themes(),
        languages(),
      ]}
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
    isRow: true,
    items: THEMES.map((each) => ({
      name: menu.themes[each],
      isChosen: theme.peek() === each,
      onSelect: () => chooseTheme(each),
    })),
  };
}

function languages(): MenuGroup {
  return {
    heading: words.peek().menu.language,
    isRow: true,
    items: Object.entries(LANGUAGES).map(([tag, name]) => ({
      name,
      lang: tag,
      isChosen: chosenLanguage() === tag,
      onSelect: () => void chooseLanguage(tag),
    })),
  };
}

/**
 * Pasting from web pages and office programs: what the clipboard holds as HTML becomes Markdown.
 * Knows which clipboards are worth it and where the text goes; the converting is fetched when wanted.
 */
import { syntaxTree } from "@codemirror/language";
import {
  EditorSelection,
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
} from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { normalizeText } from "#protocol/document.ts";
import { isProse } from "./prose.ts";
import { quietPage } from "./quiet-page.ts";

/** Elements that say more than their text; everything else is only laid out. */
const MEANING = `h1, h2, h3, h4, h5, h6, ul, ol, table, img, pre, code, blockquote, hr, del, s,
  strike, strong, b, em, i, a[href], [style*="font-weight"], [style*="font-style"], [class^="MsoList"]`;

/** What an editor of code puts beside its coloured HTML. */
const CODE_EDITOR = "vscode-editor-data";

/** Where a paste that is being converted goes. */
interface Place {
  readonly paste: object;
  readonly from: number;
  readonly to: number;
}

const setPlaces = StateEffect.define<readonly Place[]>();

/**
 * Follows everybody's changes: what is typed at the place meanwhile stands behind it,
 * and what takes the place of what was selected is not replaced in turn.
 */
const places = StateField.define<readonly Place[]>({
  create: () => [],
  update: (now, { changes, effects }) => {
    const set = effects.find((effect) => effect.is(setPlaces));
    if (set?.is(setPlaces)) return set.value;
    if (now.length === 0 || changes.empty) return now;
    const map = (position: number) => changes.mapPos(position, -1);
    return now.map(({ paste, from, to }) => ({ paste, from: map(from), to: map(to) }));
  },
});

/**
 * Comes after what makes a link of an address that is pasted over words.
 * @param ownStep Called before and after, so that one undo takes back the paste and nothing else.
 */
export function smartPaste(ownStep: () => void): Extension {
  let wantsPlain = false;
  return [
    places,
    EditorView.domEventHandlers({
      keydown: ({ key, shiftKey, ctrlKey, metaKey }) => {
        wantsPlain = key.toLowerCase() === "v" && shiftKey && (ctrlKey || metaKey);
        return false;
      },
      paste: ({ clipboardData }, view) => {
        const isPlain = wantsPlain;
        wantsPlain = false;
        if (!clipboardData || isPlain || !takesMarkdown(view.state)) return false;
        const page = richPage(clipboardData);
        if (!page) return false;
        void pasteRich(view, page, clipboardData.getData("text/plain"), ownStep);
        return true;
      },
    }),
  ];
}

function takesMarkdown(state: EditorState): boolean {
  if (state.readOnly || !isProse(state)) return false;
  let node: ReturnType<typeof syntaxTree>["topNode"] | null;
  node = syntaxTree(state).resolveInner(state.selection.main.from, -1);
  for (; node; node = node.parent) if (/Code/.test(node.name)) return false;
  return true;
}

/** Undefined when it says no more than the plain text beside it. Nothing in it is run or fetched. */
function richPage(data: DataTransfer): Document | undefined {
  const html = data.getData("text/html");
  if (!html || data.types.includes(CODE_EDITOR)) return undefined;
  const page = quietPage(html);
  const isRich = [...page.body.querySelectorAll(MEANING)].some(saysMore);
  const isPicture = data.files.length > 0 && page.body.textContent.trim() === "";
  return isRich && !isPicture ? page : undefined;
}

function saysMore(element: Element): boolean {
  if (element instanceof HTMLAnchorElement) return element.textContent.trim() !== element.href;
  // Google's documents wrap all that they copy.
  return !(element.localName === "b" && element.id.startsWith("docs-internal-guid"));
}

async function pasteRich(
  view: EditorView,
  page: Document,
  plain: string,
  ownStep: () => void,
): Promise<void> {
  const own = {};
  const { ranges } = view.state.selection;
  const added = ranges.map(({ from, to }) => ({ paste: own, from, to }));
  view.dispatch({ effects: setPlaces.of([...view.state.field(places), ...added]) });
  const text = normalizeText((await converted(page)) || plain);
  if (view.state.readOnly || !view.dom.isConnected) return;
  ownStep();
  put(view, own, text);
  ownStep();
}

/** Undefined when the page is offline, or older than what the server has now. */
async function converted(page: Document): Promise<string | undefined> {
  try {
    return (await import("./html-to-markdown.ts")).htmlToMarkdown(page);
  } catch {
    return undefined;
  }
}

function put(view: EditorView, own: object, insert: string): void {
  const { state } = view;
  const all = state.field(places);
  const found = all.filter(({ paste: of }) => of === own);
  const changes = state.changes(found.map(({ from, to }) => ({ from, to, insert })));
  // Carets that stayed where they were stand behind what was pasted.
  const ranges = state.selection.ranges.map((range) => {
    const isReplaced = found.some(({ from, to }) => from === range.from && to === range.to);
    return isReplaced ? EditorSelection.cursor(changes.mapPos(range.to, 1)) : range.map(changes, 1);
  });
  // First, because the places of others are mapped through what follows.
  view.dispatch({ effects: setPlaces.of(all.filter(({ paste: of }) => of !== own)) });
  view.dispatch({
    changes,
    selection: EditorSelection.create(ranges, state.selection.mainIndex),
    userEvent: "input.paste",
    scrollIntoView: true,
  });
}

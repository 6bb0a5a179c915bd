/**
 * The preview of one open document: follows the text at a distance that no key feels, scrolls with
 * the editor and lets tasks be ticked. The text is read in a worker, and only what has changed
 * comes back.
 */
import "../styles/prose.css";
import type { EditorView } from "@codemirror/view";
import { effect } from "@preact/signals";
import { Again } from "../again.ts";
import { showAttachments } from "../images/attachment-images.ts";
import type { OpenDocument } from "../open-document.ts";
import { theme } from "../theme.ts";
import { words } from "../words/words.ts";
import { BlockList } from "./block-list.ts";
import { redrawDiagrams, shadeNow } from "./drawing.ts";
import { ForeignNotice } from "./foreign-notice.ts";
import { followFragments } from "./fragments.ts";
import { idle } from "./idle.ts";
import { Pace } from "./pace.ts";
import { NotLoaded, Reader } from "./reader.ts";
import { ScrollSync } from "./scroll-sync.ts";
import { TaskBoxes } from "./task-boxes.ts";
import { watchText, type WatchedText } from "./watched-text.ts";

/** What a round works with. */
interface Parts {
  readonly open: OpenDocument;
  readonly hint: HTMLElement;
  readonly text: WatchedText;
  readonly tasks: TaskBoxes;
  readonly blocks: BlockList;
  readonly scroll: ScrollSync;
  readonly foreign: ForeignNotice;
  readonly reader: Reader;
}

/** Answers what ends it. */
export function showPreview(
  region: HTMLElement,
  open: OpenDocument,
  editor: EditorView,
): () => void {
  const hint = document.createElement("p");
  hint.className = "preview-hint";
  const root = document.createElement("div");
  root.className = "prose";
  const foreign = new ForeignNotice(root, open.id);
  region.replaceChildren(foreign.element, hint, root);
  const text = watchText(editor, () => pace.changed());
  const lineOf = (element: Element) => blocks.lineOf(element);
  const tasks = new TaskBoxes({ root, open, text, lineOf });
  const blocks = new BlockList(root, (element) => {
    tasks.welcome(element);
    void showAttachments(element, open);
  });
  const scroll = new ScrollSync({ region, root, editor, blocks });
  const parts = { open, hint, text, tasks, blocks, scroll, foreign, reader: new Reader() };
  const again = new Again(() => pace.changed());
  const pace = new Pace(() => round(parts, again));
  const stops = [
    () => pace.stop(),
    () => again.rest(),
    () => parts.reader.restart(),
    () => text.stop(),
    () => tasks.stop(),
    () => scroll.stop(),
    () => foreign.stop(),
    followLanguage(open, pace),
    followFragments(region),
    followShade(root),
  ];
  return () => {
    for (const stop of stops) stop();
    region.replaceChildren();
  };
}

async function round(parts: Parts, again: Again): Promise<void> {
  const { hint, blocks, reader } = parts;
  await idle();
  try {
    await show(parts);
    again.rest();
  } catch (error) {
    console.info("The preview could not be made.", error);
    hint.textContent = sentenceFor(error);
    // Together: each counts on what the other has.
    reader.restart();
    blocks.forget();
    if (error instanceof NotLoaded) again.plan();
  }
}

async function show(parts: Parts): Promise<void> {
  const { open, hint, text, tasks, blocks, scroll, foreign, reader } = parts;
  const content = text.take();
  const read = await reader.read({ text: content, language: open.language.value });
  const putBack = tasks.keepFocus();
  await blocks.update(read);
  // At once, since a box is looked for by the line of its block in this text.
  text.shown();
  putBack();
  hint.textContent = content.trim() === "" ? words.peek().preview.empty : "";
  foreign.look();
  scroll.measure();
}

function sentenceFor(error: unknown): string {
  const { loading, preview } = words.peek();
  return error instanceof NotLoaded ? loading.failed : preview.failed;
}

/** Reads the text at first, and anew whenever it is in another language. */
function followLanguage(open: OpenDocument, pace: Pace): () => void {
  return effect(() => {
    void open.language.value;
    pace.changed();
  });
}

function followShade(root: HTMLElement): () => void {
  const redraw = () => redrawDiagrams(root, shadeNow());
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", redraw);
  const stop = effect(() => {
    // Read, so that the choice is followed.
    if (theme.value) redraw();
  });
  return () => {
    stop();
    system.removeEventListener("change", redraw);
  };
}

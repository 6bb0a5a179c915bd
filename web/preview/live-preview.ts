/**
 * The preview of one open document: follows the text at a distance that no key feels, scrolls with
 * the editor and lets tasks be ticked. The text is read in a worker, and only what has changed
 * comes back.
 */
import "../styles/prose.css";
import type { EditorView } from "@codemirror/view";
import { effect } from "@preact/signals";
import { showAttachments } from "../images/attachment-images.ts";
import type { OpenDocument } from "../open-document.ts";
import { theme } from "../theme.ts";
import { words } from "../words/words.ts";
import { BlockList } from "./block-list.ts";
import { redrawDiagrams, shadeNow } from "./drawing.ts";
import { followFragments } from "./fragments.ts";
import { idle } from "./idle.ts";
import { Pace } from "./pace.ts";
import type { PlacedBlock } from "./rounds.ts";
import { ScrollSync } from "./scroll-sync.ts";
import { TaskBoxes } from "./task-boxes.ts";
import { watchText } from "./watched-text.ts";

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
  region.replaceChildren(hint, root);
  const text = watchText(editor, () => pace.changed());
  const lineOf = (element: Element) => blocks.lineOf(element);
  const tasks = new TaskBoxes({ root, open, text, lineOf });
  const blocks = new BlockList(root, (element) => {
    tasks.welcome(element);
    void showAttachments(element, open);
  });
  const scroll = new ScrollSync({ region, root, editor, blocks });
  const worker = new Worker(new URL("reading-worker.ts", import.meta.url), { type: "module" });
  // Offline, or older than what the server has now.
  worker.addEventListener("error", () => {
    hint.textContent = words.peek().loading.failed;
  });
  const round = async () => {
    await idle();
    const content = text.take();
    const read = await ask(worker, content);
    text.shown();
    const putBack = tasks.keepFocus();
    await blocks.update(read);
    putBack();
    hint.textContent = content.trim() === "" ? words.peek().preview.empty : "";
    scroll.measure();
  };
  const pace = new Pace(round);
  pace.changed();
  const stops = [
    () => pace.stop(),
    () => worker.terminate(),
    () => text.stop(),
    () => tasks.stop(),
    () => scroll.stop(),
    followFragments(region),
    followShade(root),
  ];
  return () => {
    for (const stop of stops) stop();
    region.replaceChildren();
  };
}

/** Never answered once the worker is ended. */
function ask(worker: Worker, text: string): Promise<readonly PlacedBlock[]> {
  return new Promise((resolve) => {
    const onAnswer = ({ data }: MessageEvent<readonly PlacedBlock[]>) => resolve(data);
    worker.addEventListener("message", onAnswer, { once: true });
    worker.postMessage(text);
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

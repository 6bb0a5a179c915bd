/**
 * Takes images that are dropped into the text, pasted or chosen. What then becomes of them
 * is fetched when it is first needed; their place is kept meanwhile, whoever writes.
 */
import { StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import * as Y from "yjs";
import type { MenuGroup } from "../menu.tsx";
import type { OpenDocument } from "../open-document.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";

/** Has the editor of this document take images. */
export function takeImages(view: EditorView, open: OpenDocument): void {
  const handlers = EditorView.domEventHandlers({
    dragover: (event, { state }) => state.readOnly && refuse(event),
    drop: (event) => {
      const at = view.posAtCoords({ x: event.clientX, y: event.clientY }, false);
      return take(view, open, filesOf(event.dataTransfer), at);
    },
    paste: ({ clipboardData }) => {
      // Office programs add a picture of the text that they copy.
      if (clipboardData?.getData("text/plain")) return false;
      return take(view, open, filesOf(clipboardData), view.state.selection.main.to);
    },
  });
  view.dispatch({ effects: StateEffect.appendConfig.of(handlers) });
}

/** For whoever cannot drop anything, as on a phone: what the menu offers, if there is anything to write in. */
export function imageGroups(view: EditorView | undefined, open: OpenDocument): MenuGroup[] {
  if (!view || view.state.readOnly) return [];
  const input = Object.assign(document.createElement("input"), {
    type: "file",
    accept: "image/*",
    multiple: true,
  });
  input.addEventListener("change", () => {
    take(view, open, [...(input.files ?? [])], view.state.selection.main.to);
  });
  return [{ items: [{ name: words.peek().images.choose, onSelect: () => input.click() }] }];
}

/** Files are for the text alone: beside it the browser would open them in the page's place. Answers what ends it. */
export function refuseFilesBeside(): () => void {
  const ending = new AbortController();
  for (const name of ["dragover", "drop"] as const) {
    addEventListener(name, refuseBeside, { signal: ending.signal });
  }
  return () => ending.abort();
}

function refuseBeside(event: DragEvent): void {
  const isOverText = event.target instanceof Element && event.target.closest(".cm-content");
  if (!isOverText && refuse(event)) event.preventDefault();
}

/** Whether it is a file that is held. */
function refuse({ dataTransfer }: DragEvent): boolean {
  if (!dataTransfer?.types.includes("Files")) return false;
  dataTransfer.dropEffect = "none";
  return true;
}

/** All of them when one is an image; text files are the editor's own. */
function filesOf(data: DataTransfer | null): File[] {
  const files = [...(data?.files ?? [])];
  return files.some(({ type }) => type.startsWith("image/")) ? files : [];
}

function take(view: EditorView, open: OpenDocument, files: File[], at: number): boolean {
  if (files.length === 0 || view.state.readOnly) return false;
  if (open.provider.link.peek().kind === "lost") toast(words.peek().images.offline);
  else void upload(view, open, files, at);
  return true;
}

async function upload(view: EditorView, open: OpenDocument, files: File[], at: number) {
  const place = Y.createRelativePositionFromTypeIndex(open.text, at);
  const uploads = await import("./uploads.ts").catch(() => undefined);
  if (!uploads) return toast(words.peek().loading.failed);
  const { doc } = open.text;
  const now = doc && Y.createAbsolutePositionFromRelativePosition(place, doc);
  if (now && view.dom.isConnected) uploads.uploadImages({ view, open, files, at: now.index });
}

/**
 * The place of the preview beside the text, or over it where there is no room for both.
 * What fills it is fetched when it is first wanted.
 */
import type { EditorView } from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { OpenDocument } from "../open-document.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";
import { isPreviewShown } from "./preview-choice.ts";
import { watchPrinting } from "./print.ts";

interface PreviewPaneProps {
  readonly open: OpenDocument;
  readonly view: ReadonlySignal<EditorView | undefined>;
}

export function PreviewPane({ open, view }: PreviewPaneProps) {
  const element = useRef<HTMLElement>(null);
  const editor = view.value;
  const isShown = isPreviewShown.value;
  useEffect(() => watchPrinting(open), [open]);
  useEffect(() => {
    if (!editor || !element.current) return undefined;
    return fill(element.current, open, editor);
  }, [open, editor, isShown]);
  if (!isShown) return null;
  // By keyboard it could not be scrolled otherwise.
  return (
    <section class="preview" aria-label={words.value.preview.name} tabIndex={0} ref={element} />
  );
}

/** Answers what ends it. */
function fill(element: HTMLElement, open: OpenDocument, editor: EditorView): () => void {
  let isLeft = false;
  let stop: (() => void) | undefined;
  const start = async () => {
    try {
      const { showPreview } = await import("./live-preview.ts");
      if (!isLeft) stop = showPreview(element, open, editor);
    } catch (error) {
      console.info("The preview could not be loaded.", error);
      toast(words.peek().loading.failed);
    }
  };
  void start();
  return () => {
    isLeft = true;
    stop?.();
  };
}

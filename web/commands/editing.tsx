/** The comforts of writing, fetched as soon as the text is there: the first key need not wait for them. */
import type { EditorView } from "@codemirror/view";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { OpenDocument } from "../open-document.ts";

/** What they are tied to. */
export interface EditingProps {
  readonly open: OpenDocument;
  readonly view: ReadonlySignal<EditorView | undefined>;
}

export function Editing(props: EditingProps) {
  const loaded = useSignal<{ readonly Parts: ComponentType<EditingProps> } | undefined>(undefined);
  const isThere = props.view.value !== undefined;
  useEffect(() => {
    if (!isThere) return;
    void import("./editing-parts.tsx").then(
      ({ EditingParts }) => (loaded.value = { Parts: EditingParts }),
      // Offline, or older than what the server has now: one can write without them.
      () => undefined,
    );
  }, [isThere]);
  const Parts = loaded.value?.Parts;
  return Parts ? <Parts {...props} /> : null;
}

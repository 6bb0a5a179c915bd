/** The comforts of writing, fetched as soon as the text is there: the first key need not wait for them. */
import type { EditorView } from "@codemirror/view";
import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { OpenDocument } from "../open-document.ts";

/** What they are tied to. */
export interface EditingProps {
  readonly open: OpenDocument;
  readonly view: ReadonlySignal<EditorView | undefined>;
}

type Loaded = { readonly Parts: ComponentType<EditingProps> } | undefined;

export function Editing(props: EditingProps) {
  const loaded = useSignal<Loaded>(undefined);
  const isThere = props.view.value !== undefined;
  useEffect(() => {
    if (isThere) void load(loaded);
  }, [isThere]);
  const Parts = loaded.value?.Parts;
  return Parts ? <Parts {...props} /> : null;
}

async function load(loaded: Signal<Loaded>): Promise<void> {
  try {
    loaded.value = { Parts: (await import("./editing-parts.tsx")).EditingParts };
  } catch {
    // Offline, or older than what the server has now: one can write without them.
  }
}

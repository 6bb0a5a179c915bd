/** A document: its header, its text, and what is said instead when the link opens nothing. */
import { effect, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { DocumentHeader } from "./document-header.tsx";
import { allowEditing, createEditor } from "./editor/editor.ts";
import { Message } from "./message.tsx";
import { type OpenDocument, openDocument } from "./open-document.ts";
import { type Refusal, refusalFor } from "./refusals.ts";

export function DocumentPage({ id, token }: { id: string; token: string }) {
  const open = useMemo(() => openDocument(id, token), [id, token]);
  useEffect(() => () => open.close(), [open]);
  useSignalEffect(() => {
    document.title = `${open.title.value} – Quire`;
  });
  const refusal = refusalOf(open);
  if (refusal && !open.provider.synced.value) return <Message {...refusal} />;
  return (
    <div class="document">
      <DocumentHeader open={open} />
      {refusal && <RefusalNotice {...refusal} />}
      <main class="document-text">
        {open.provider.synced.value ? <Text open={open} /> : <Skeleton />}
      </main>
    </div>
  );
}

function Text({ open }: { open: OpenDocument }) {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!parent.current) return undefined;
    const { text, undo, provider } = open;
    const view = createEditor({
      parent: parent.current,
      text,
      undo,
      awareness: provider.awareness,
    });
    if (text.length === 0) view.focus();
    const stop = effect(() => allowEditing(view, open.canEdit.value));
    return () => {
      stop();
      view.destroy();
    };
  }, [open]);
  return <div class="editor" ref={parent} />;
}

/** The text stays to be read and copied; it only cannot go on from here. */
function RefusalNotice({ title, advice }: Refusal) {
  return (
    <div class="notice" role="alert">
      <h1>{title}</h1>
      <p>{advice}</p>
    </div>
  );
}

/** Holds the place of the text for the moment before it comes. */
function Skeleton() {
  return (
    <div class="skeleton" aria-busy="true" aria-label="The document is loading">
      {[38, 92, 84, 96, 61].map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

function refusalOf(open: OpenDocument): Refusal | undefined {
  const link = open.provider.link.value;
  return link.kind === "refused" ? refusalFor(link.reason) : undefined;
}

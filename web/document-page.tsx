/** A document: its header, its text, and what is said instead when the link opens nothing. */
import type { EditorView } from "@codemirror/view";
import { batch, effect, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { CLOSE_CODES } from "#protocol/close-codes.ts";
import type { Draft } from "./device/drafts.ts";
import { Announcements } from "./announcements.tsx";
import { DocumentHeader } from "./document-header.tsx";
import { DraftNotice } from "./draft-notice.tsx";
import { ClaimNotice, ClaimPage, claimReason } from "./claim.tsx";
import { Editing } from "./commands/editing.tsx";
import { allowEditing, createEditor } from "./editor/editor.ts";
import { DeleteDialog, ownDeletion } from "./files/document-life.tsx";
import { refuseFilesBeside, takeImages } from "./images/image-drops.ts";
import { Message, type MessageProps } from "./message.tsx";
import { type OpenDocument, openDocument } from "./open-document.ts";
import { ownerToken } from "./owner-tokens.ts";
import { closeDocument, comeBackTo, leaveDocument } from "./parked-documents.ts";
import { PreviewPane } from "./preview/preview-pane.tsx";
import { refusalFor } from "./refusals.ts";
import { RepairNotice } from "./repair-notice.tsx";
import { toast } from "./toast.tsx";
import { words } from "./words/words.ts";

/** Where the device lets go of nothing the same would be refused for ever. */
const MOST_ROUNDS = 3;

/** Opens the document, and opens it anew when the server has another version of it. */
export function DocumentPage({ id, token }: { id: string; token: string }) {
  const opened = useSignal<OpenDocument | undefined>(undefined);
  const round = useSignal(0);
  useEffect(refuseFilesBeside, []);
  useEffect(() => {
    let isLeft = false;
    const start = async () => {
      const open = comeBackTo(id, token) ?? (await openDocument(id, token));
      if (isLeft) leaveDocument(open);
      else opened.value = open;
    };
    void start();
    return () => {
      isLeft = true;
      const open = opened.peek();
      if (open) leaveDocument(open);
      opened.value = undefined;
    };
  }, [id, token, round.value]);
  useSignalEffect(() => {
    const open = opened.value;
    const unfit = open && unfitness(open);
    if (!unfit || round.peek() >= MOST_ROUNDS) return;
    const startAnew = async () => {
      await open.setAside(unfit.reason);
      closeDocument(open);
      // Together: the old text must not be shown once more, and be compared with its own draft.
      batch(() => {
        opened.value = undefined;
        round.value += 1;
      });
    };
    void startAnew();
  });
  return opened.value ? <Opened key={round.value} open={opened.value} /> : <Opening />;
}

function Opened({ open }: { open: OpenDocument }) {
  useSignalEffect(() => {
    document.title = `${open.title.value} – Quire`;
  });
  const view = useSignal<EditorView | undefined>(undefined);
  useRoleNotice(open);
  const reason = refusalReason(open);
  const claim = claimReason(reason);
  const refusal = (reason === "deleted" && ownDeletion(open)) || refusalFor(reason);
  if (claim && !mayShow(open)) return <ClaimPage open={open} reason={claim} />;
  if (refusal && !mayShow(open)) {
    return <Message {...refusal} />;
  }
  return (
    <div class="document">
      <DocumentHeader open={open} view={view} />
      <Announcements open={open} />
      {claim && <ClaimNotice open={open} reason={claim} />}
      {refusal && <RefusalNotice {...refusal} />}
      <RepairNotice open={open} />
      {open.isThere.value && <DraftNotice open={open} />}
      <DeleteDialog />
      <main class="document-text">
        <h1 class="visually-hidden">{open.title}</h1>
        {open.isThere.value ? <Text open={open} view={view} /> : <Skeleton />}
        <PreviewPane open={open} view={view} />
      </main>
      <Editing open={open} view={view} />
    </div>
  );
}

/** For the moment in which the device is asked; the header keeps its place. */
function Opening() {
  return (
    <div class="document">
      <div class="document-header" />
      <main class="document-text">
        <Skeleton />
      </main>
    </div>
  );
}

interface TextProps {
  readonly open: OpenDocument;
  /** Set while there is an editor. */
  readonly view: Signal<EditorView | undefined>;
}

function Text({ open, view: shown }: TextProps) {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!parent.current) return undefined;
    const { text, undo, provider } = open;
    const view = createEditor({
      parent: parent.current,
      text,
      undo,
      awareness: provider.awareness,
      onBroken: () => open.breakOff(),
    });
    takeImages(view, open);
    const stop = effect(() => allowEditing(view, open.canEdit.value));
    if (text.length === 0 && open.canEdit.peek()) view.focus();
    shown.value = view;
    return () => {
      shown.value = undefined;
      stop();
      view.destroy();
    };
  }, [open]);
  return <div class="editor" ref={parent} />;
}

/** The text stays to be read and copied; it only cannot go on from here. */
function RefusalNotice({ title, advice, children }: MessageProps) {
  return (
    <div class="notice" role="alert">
      <h2>{title}</h2>
      <p>{advice}</p>
      {children}
    </div>
  );
}

/** Holds the place of the text for the moment before it comes. */
function Skeleton() {
  return (
    <div class="skeleton" aria-busy="true" aria-label={words.value.text.loading}>
      {[38, 92, 84, 96, 61].map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

/** Said to everybody, seen or heard: what can be done here is another thing than a moment ago. */
function useRoleNotice({ provider }: OpenDocument): void {
  const before = useRef<boolean | undefined>(undefined);
  useSignalEffect(() => {
    const mayEdit = provider.mayEdit.value;
    const { readsNow, editsNow } = words.peek().text;
    if (before.current === true && mayEdit === false) toast(readsNow);
    if (before.current === false && mayEdit === true) toast(editsNow);
    before.current = mayEdit;
  });
}

function refusalReason({ provider }: OpenDocument): string | undefined {
  const link = provider.link.value;
  return link.kind === "refused" ? link.reason : undefined;
}

/** What the server never takes would come back from the device at each visit, and be refused each time. */
const NEVER_TAKEN: Record<number, Draft["reason"]> = {
  [CLOSE_CODES.frameTooLarge]: "too large",
  [CLOSE_CODES.documentFull]: "too large",
  [CLOSE_CODES.malformed]: "malformed",
};

/** Whether, and why, the server will never take what is here: it must be set aside. */
function unfitness({ provider }: OpenDocument): Pick<Draft, "reason"> | undefined {
  const link = provider.link.value;
  if (link.kind !== "refused") return undefined;
  if (link.code === CLOSE_CODES.otherEpoch) return {};
  const reason = NEVER_TAKEN[link.code];
  return reason && provider.unsaved.value > 0 ? { reason } : undefined;
}

/**
 * A link that ended shows no copy from the device, unless that is where unsaved changes are; nor
 * does its owner want to go on looking at what was deleted.
 */
function mayShow(open: OpenDocument): boolean {
  const { provider, isThere } = open;
  if (refusalReason(open) === "deleted" && ownerToken(open.id)) return provider.unsaved.value > 0;
  return provider.synced.value || (isThere.value && provider.unsaved.value > 0);
}

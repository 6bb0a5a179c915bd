/** The line above the text: title, save state, people, share. */
import type { EditorView } from "@codemirror/view";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { DocumentMenu } from "./document-menu.tsx";
import { ExportButton } from "./files/export-button.tsx";
import type { OpenDocument } from "./open-document.ts";
import { PeopleBar } from "./people-list.tsx";
import { PreviewButton } from "./preview/preview-button.tsx";
import { ShareButton } from "./share/share-button.tsx";
import { words } from "./words/words.ts";

interface DocumentHeaderProps {
  readonly open: OpenDocument;
  readonly view: ReadonlySignal<EditorView | undefined>;
}

export function DocumentHeader({ open, view }: DocumentHeaderProps) {
  return (
    <header class="document-header">
      <a class="icon" href="/" aria-label={words.value.header.home} title={words.value.page.home}>
        <img src="/icon.svg" alt="" width="24" height="24" />
      </a>
      <div class="document-name">
        <TitleField open={open} />
        <ReadOnlyMark open={open} />
        <SaveStatus open={open} />
      </div>
      <PeopleBar people={open.people} view={view} isCurrent={open.provider.isCurrent} />
      <PreviewButton />
      <ExportButton open={open} />
      <ShareButton open={open} />
      <DocumentMenu open={open} view={view} />
    </header>
  );
}

/** Empty while the text names itself; what it is called then stands in grey. Others see each key. */
function TitleField({ open }: { open: OpenDocument }) {
  const typed = useSignal<string | undefined>(undefined);
  const before = useRef("");
  const write = (title: string) => {
    typed.value = title;
    open.setTitle(title);
  };
  return (
    <input
      class="title"
      aria-label={words.value.header.title}
      placeholder={open.title.value}
      value={typed.value ?? open.givenTitle.value}
      maxLength={500}
      autocomplete="off"
      readOnly={!open.canEdit.value}
      onFocus={() => (before.current = open.givenTitle.peek())}
      onInput={(event) => write(event.currentTarget.value)}
      onBlur={() => (typed.value = undefined)}
      onKeyDown={(event) => {
        if (event.key === "Escape" && typed.value !== undefined) write(before.current);
        if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}

/** Stays when the save state has something else to say. */
function ReadOnlyMark({ open }: { open: OpenDocument }) {
  if (!isReader(open)) return null;
  return (
    <span class="read-only-mark" title={words.value.header.readOnlyHint}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
        <path d="M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5" />
      </svg>
      <span>{words.value.header.readOnly}</span>
    </span>
  );
}

/** Not read out by itself, or every key would be: `announcements.tsx` tells what matters. */
function SaveStatus({ open }: { open: OpenDocument }) {
  const { tone, text } = open.save.value;
  const { readOnly, saved } = words.value.saving;
  // The mark says it already, to whoever sees it.
  const marked = isReader(open) && text.startsWith(readOnly) ? readOnly : "";
  return (
    <span
      class="save-state"
      role="status"
      aria-label={words.value.header.saveState}
      aria-live="off"
      data-tone={tone}
      data-before={saved}
      title={text}
    >
      {marked && <span class="save-marked">{marked}</span>}
      {text.slice(marked.length)}
    </span>
  );
}

function isReader({ provider }: OpenDocument): boolean {
  return provider.mayEdit.value === false;
}

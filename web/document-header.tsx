/** The line above the text: title, save state, people, share. */
import type { EditorView } from "@codemirror/view";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { DocumentMenu } from "./document-menu.tsx";
import type { OpenDocument } from "./open-document.ts";
import { PeopleBar } from "./people-list.tsx";
import { PreviewButton } from "./preview/preview-button.tsx";
import { ShareButton } from "./share/share-button.tsx";

/** How the save state of a reader begins. */
const READ_ONLY = "Read only – ";

interface DocumentHeaderProps {
  readonly open: OpenDocument;
  readonly view: ReadonlySignal<EditorView | undefined>;
}

export function DocumentHeader({ open, view }: DocumentHeaderProps) {
  return (
    <header class="document-header">
      <a class="icon" href="/" aria-label="Quire, home" title="Home">
        <img src="/icon.svg" alt="" width="24" height="24" />
      </a>
      <div class="document-name">
        <TitleField open={open} />
        <ReadOnlyMark open={open} />
        <SaveStatus open={open} />
      </div>
      <PeopleBar people={open.people} />
      <PreviewButton />
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
      aria-label="Title"
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
    <span class="read-only-mark" title="This link lets you read.">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
        <path d="M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5" />
      </svg>
      <span>Read only</span>
    </span>
  );
}

/** Read out when something is wrong, and not at every key. */
function SaveStatus({ open }: { open: OpenDocument }) {
  const { tone, text } = open.save.value;
  // The mark says it already, to whoever sees it.
  const marked = isReader(open) && text.startsWith(READ_ONLY) ? READ_ONLY : "";
  return (
    <span
      class="save-state"
      role="status"
      aria-label="Save state"
      aria-live={tone === "good" || tone === "busy" ? "off" : "polite"}
      data-tone={tone}
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

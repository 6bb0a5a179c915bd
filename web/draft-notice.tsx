/** Tells of text that this device kept since the server does not take it, and what can be done with it. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Comparison } from "./comparison.tsx";
import { copyText } from "./copy-text.ts";
import { type Draft, drafts } from "./device/drafts.ts";
import type { OpenDocument } from "./open-document.ts";
import { toast } from "./toast.tsx";
import { words } from "./words/words.ts";

export function DraftNotice({ open }: { open: OpenDocument }) {
  const waiting = useSignal<readonly Draft[]>([]);
  useEffect(() => {
    void differing(open).then((found) => (waiting.value = found));
  }, [open]);
  const draft = waiting.value[0];
  if (!draft) return null;
  const discard = () => {
    waiting.value = waiting.value.slice(1);
    void drafts().then((box) => box.remove(draft.key));
  };
  return <Notice key={draft.key} draft={draft} open={open} onDiscard={discard} />;
}

interface NoticeProps {
  readonly draft: Draft;
  readonly open: OpenDocument;
  readonly onDiscard: () => void;
}

function Notice({ draft, open, onDiscard }: NoticeProps) {
  const isAsking = useSignal(false);
  const comparedWith = useSignal<string | undefined>(undefined);
  return (
    <section class="notice action-notice" aria-label={words.value.drafts.name}>
      {isAsking.value ? (
        <Question onDiscard={onDiscard} onKeep={() => (isAsking.value = false)} />
      ) : (
        <>
          <p>{words.value.drafts[draft.reason ?? "earlier"]}</p>
          <div class="notice-actions">
            <Action
              name={words.value.drafts.compare}
              onClick={() => (comparedWith.value = open.text.toString())}
            />
            <Action name={words.value.drafts.copy} onClick={() => void copyDraft(draft)} />
            <Action name={words.value.drafts.discard} onClick={() => (isAsking.value = true)} />
          </div>
        </>
      )}
      {comparedWith.value !== undefined && (
        <Comparison
          kept={draft.text}
          now={comparedWith.value}
          onCopy={() => void copyDraft(draft)}
          onClose={() => (comparedWith.value = undefined)}
        />
      )}
    </section>
  );
}

function Question({ onDiscard, onKeep }: { onDiscard: () => void; onKeep: () => void }) {
  const answers = useRef<HTMLDivElement>(null);
  // The button that asked is gone: whoever uses the keyboard goes on at the safe answer.
  useEffect(() => answers.current?.querySelector<HTMLElement>(":last-child")?.focus(), []);
  return (
    <>
      <p>{words.value.drafts.discardQuestion}</p>
      <div class="notice-actions" ref={answers}>
        <Action name={words.value.drafts.discard} tone="danger" onClick={onDiscard} />
        <Action name={words.value.drafts.keep} onClick={onKeep} />
      </div>
    </>
  );
}

interface ActionProps {
  readonly name: string;
  readonly tone?: "danger";
  readonly onClick: () => void;
}

function Action({ name, tone, onClick }: ActionProps) {
  return (
    <button class="button small" data-tone={tone} type="button" onClick={onClick}>
      {name}
    </button>
  );
}

/** A draft that says what the document says, or nothing, has nothing to tell; with damage it is kept all the same. */
async function differing({ id, text }: OpenDocument): Promise<Draft[]> {
  const box = await drafts();
  const now = text.toString();
  const all = await box.of(id);
  const telling = all.filter(({ text: kept }) => kept !== "" && kept !== now);
  const idle = all.filter((draft) => !telling.includes(draft) && !draft.damaged?.length);
  for (const { key } of idle) await box.remove(key);
  return telling;
}

async function copyDraft({ text }: Draft): Promise<void> {
  const { drafts: said, page } = words.peek();
  toast((await copyText(text)) ? said.copied : page.cannotCopy);
}

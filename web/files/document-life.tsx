/** A document as a whole, in its menu and after its end: make a copy, delete it, restore it. */
import { type Signal, signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { asApiError, copyDocument, deleteDocument, readMetadata, restoreDocument } from "../api.ts";
import { departure } from "../arrival.ts";
import { createKey } from "../create-key.ts";
import { Dialog } from "../dialog.tsx";
import { keepMade } from "../made-documents.ts";
import type { MenuGroup } from "../menu.tsx";
import type { MessageProps } from "../message.tsx";
import type { OpenDocument } from "../open-document.ts";
import { ownerToken } from "../owner-tokens.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";
import { settled } from "./settled.ts";

/** Between two looks whether a deleted document was restored; milliseconds. */
const RESTORE_MS = 5000;

/** Its owner is asked whether it is to be deleted. */
const asked = signal<OpenDocument | undefined>(undefined);

export function lifeGroup(open: OpenDocument): MenuGroup {
  const { life } = words.peek();
  const copy = { name: life.copy, onSelect: () => void makeCopy(open) };
  const end = { name: life.delete, isGrave: true, onSelect: () => (asked.value = open) };
  return { heading: life.heading, items: ownerToken(open.id) ? [copy, end] : [copy] };
}

function takeBack(): void {
  asked.value = undefined;
}

/** Shown while its owner is asked. */
export function DeleteDialog() {
  return asked.value ? <Question open={asked.value} /> : null;
}

function Question({ open }: { open: OpenDocument }) {
  const problem = useSignal("");
  const { life } = words.value;
  const question = life.question(open.title.value);
  // Or another document would be met by the question about this one.
  useEffect(() => takeBack, []);
  return (
    <Dialog name={question} onClose={takeBack}>
      <form class="sheet-content" method="dialog">
        <h2>{question}</h2>
        <p>{life.consequence}</p>
        <p class="problem" role="alert">
          {problem}
        </p>
        <div class="notice-actions">
          <button class="button" type="submit" autofocus>
            {life.keep}
          </button>
          <button
            class="button"
            data-tone="danger"
            type="button"
            onClick={() => void remove(open, problem)}
          >
            {life.confirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What its owner is told of a document that was deleted; undefined for everybody else. */
export function ownDeletion(open: OpenDocument): MessageProps | undefined {
  if (!ownerToken(open.id)) return undefined;
  const { title, advice } = words.value.life.deleted;
  return { title, advice, children: <RestoreButton open={open} /> };
}

function RestoreButton({ open }: { open: OpenDocument }) {
  const isBusy = useSignal(false);
  useEffect(() => watchForRestore(open), [open]);
  const restore = async () => {
    isBusy.value = true;
    try {
      await restoreDocument(open.id, open.token());
      open.provider.comeBack();
    } catch (error) {
      toast(asApiError(error).message);
    }
    isBusy.value = false;
  };
  return (
    <button
      class="button primary"
      type="button"
      disabled={isBusy.value}
      onClick={() => void restore()}
    >
      {words.value.life.restore}
    </button>
  );
}

/** Its owner may take it back elsewhere, and then sees it here too, without a reload. */
function watchForRestore(open: OpenDocument): () => void {
  let isLeft = false;
  const look = async () => {
    if (document.visibilityState === "hidden") return;
    try {
      await readMetadata(open.id, open.token());
      // What was closed meanwhile must not connect again.
      if (!isLeft) open.provider.comeBack();
    } catch {
      // It is still deleted, or the server cannot be reached.
    }
  };
  const timer = setInterval(() => void look(), RESTORE_MS);
  const onVisible = () => void look();
  document.addEventListener("visibilitychange", onVisible);
  return () => {
    isLeft = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", onVisible);
  };
}

/** Of which a copy is being made: a second click would make a second one. */
const copying = new Set<OpenDocument>();

async function makeCopy(open: OpenDocument): Promise<void> {
  const { life } = words.peek();
  toast(life.copying);
  if (copying.has(open)) return;
  copying.add(open);
  const arrive = departure();
  try {
    const isWhole = await settled(open);
    const address = keepMade(await copyDocument(open.id, open.token(), createKey()));
    arrive(address, isWhole ? life.copied : life.copiedInPart);
  } catch (error) {
    toast(asApiError(error).message);
  }
  copying.delete(open);
}

/** The server closes the connection, and the page says so. */
async function remove(open: OpenDocument, problem: Signal<string>): Promise<void> {
  problem.value = "";
  try {
    await deleteDocument(open.id, open.token());
    takeBack();
  } catch (error) {
    problem.value = asApiError(error).message;
  }
}

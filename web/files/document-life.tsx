/** A document as a whole, in its menu and after its end: make a copy, delete it, restore it. */
import { type Signal, signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { navigate } from "../address.ts";
import { asApiError, copyDocument, deleteDocument, restoreDocument } from "../api.ts";
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

async function makeCopy(open: OpenDocument): Promise<void> {
  const { life } = words.peek();
  try {
    const isWhole = await settled(open);
    navigate(keepMade(await copyDocument(open.id, open.token(), createKey())));
    toast(isWhole ? life.copied : life.copiedInPart);
  } catch (error) {
    toast(asApiError(error).message);
  }
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

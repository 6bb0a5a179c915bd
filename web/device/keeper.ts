/**
 * Keeps the device's copy in step with an open document, and sets it aside as a
 * draft when the server has another version. Joins copy, provider and drafts;
 * knows no page.
 */
import { effect, signal } from "@preact/signals";
import type * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import type { Provider } from "../sync/provider.ts";
import { type DeviceCopy, removeCopy } from "./device-copy.ts";
import type { Drafts } from "./drafts.ts";
import { forgetKnown, keepKnown } from "./known-documents.ts";
import { rescueStranded } from "./stranded.ts";

export interface Kept {
  readonly id: string;
  readonly doc: Y.Doc;
  /** Open already when its epoch was known. */
  readonly copy: DeviceCopy;
  readonly provider: Provider;
  readonly drafts: Drafts;
}

/** Opens the copy once its epoch is known; from then on it has every change, and a record of each unsaved one. */
export function keepOnDevice({ id, copy, provider, drafts }: Kept): () => void {
  const { epoch, synced, mayEdit, unsaved } = provider;
  // What an earlier visit left must be counted before the records follow the count.
  const isCounted = signal(!copy.isNew);
  provider.adopt(copy.found);
  const open = async (known: number) => {
    await copy.open(known);
    provider.adopt(copy.found);
    isCounted.value = true;
  };
  const stops = [
    effect(() => {
      const known = epoch.value;
      if (known !== undefined && copy.isNew && drafts.hasDatabase) void open(known);
    }),
    effect(() => {
      if (epoch.value !== undefined && synced.value && drafts.hasDatabase) {
        void rescueStranded(id, epoch.value, drafts);
      }
    }),
    effect(() => {
      if (epoch.value === undefined || !synced.value) return;
      keepKnown(id, { epoch: epoch.value, mayEdit: mayEdit.value !== false });
      if (copy.keeps) void copy.markWhole();
    }),
    effect(() => {
      if (isCounted.value && copy.keeps) copy.follow(unsaved.value);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Of a draft whose version was not learnt in time; versions count from 1. */
const UNKNOWN = 0;

/** The copy is removed only when all of its text is kept as a draft. */
export async function setAside({ id, doc, copy, provider, drafts }: Kept): Promise<void> {
  const epoch = provider.epoch.peek();
  const isWhole = await copy.refresh();
  const text = doc.getText(CONTENT).toString();
  if (text) await drafts.add({ documentId: id, epoch: epoch ?? UNKNOWN, text, at: Date.now() });
  copy.close();
  forgetKnown(id);
  // What could not be read now is not lost: `rescueStranded` finds it at a later visit.
  if (epoch !== undefined && isWhole && !drafts.wouldLoseOne) removeCopy(id, epoch);
}

/**
 * Keeps the device's copy in step with an open document, and sets it aside as a
 * draft when the server has another version. Joins copy, provider and drafts;
 * knows no page.
 */
import { effect, signal } from "@preact/signals";
import type * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import type { Provider } from "../sync/provider.ts";
import { copyName, type DeviceCopy, keptEpochs, removeCopy } from "./device-copy.ts";
import type { Draft, Drafts } from "./drafts.ts";
import { forgetKnown, keepKnown, knownDocument } from "./known-documents.ts";
import { rescueStranded } from "./stranded.ts";

/** Of a draft whose version was not learnt in time; versions count from 1. */
const UNKNOWN = 0;

/** Copies that were set aside in this tab and could not be removed: here they are not opened again. */
const spent = new Set<string>();

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
      if (known === undefined || !copy.isNew || !drafts.hasDatabase) return;
      if (!spent.has(copyName(id, known))) void open(known);
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

/** The copy is removed only when all that is in it is kept as a draft. */
export async function setAside(
  { id, doc, copy, provider, drafts }: Kept,
  reason?: Draft["reason"],
): Promise<void> {
  const epoch = provider.epoch.peek();
  const isWhole = await copy.refresh();
  const text = doc.getText(CONTENT).toString();
  const { damaged } = copy;
  const draft = { documentId: id, epoch: epoch ?? UNKNOWN, text, at: Date.now(), reason, damaged };
  if (text || damaged.length > 0) await drafts.add(draft);
  copy.close();
  forgetKnown(id);
  if (epoch === undefined) return;
  // What could not be read now is not lost: `rescueStranded` finds it at a later visit.
  if (isWhole && !drafts.wouldLoseOne) await removeCopy(id, epoch);
  else spent.add(copyName(id, epoch));
}

/** Of the copy to open before the server is asked; where the browser remembers nothing of the document, the newest. */
export async function copyToOpen(id: string): Promise<number | undefined> {
  const known = knownDocument(id)?.epoch;
  return known ?? (await keptEpochs(id)).find((epoch) => !spent.has(copyName(id, epoch)));
}

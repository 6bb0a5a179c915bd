/**
 * Copies of other versions of a document that could not be read when their time had
 * come: once they can, they become drafts as well, and only then are removed.
 */
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { DeviceCopy, keptEpochs, removeCopy } from "./device-copy.ts";
import type { Drafts } from "./drafts.ts";

/** @param epoch Of the version that is no other. Never rejects: what fails is tried at the next visit. */
export async function rescueStranded(id: string, epoch: number, drafts: Drafts): Promise<void> {
  const others = (await keptEpochs(id)).filter((kept) => kept !== epoch);
  for (const other of others) await rescue(id, other, drafts).catch(() => undefined);
}

async function rescue(id: string, epoch: number, drafts: Drafts): Promise<void> {
  const doc = new Y.Doc();
  const copy = new DeviceCopy(id, doc);
  await copy.open(epoch);
  const { keeps, damaged } = copy;
  copy.close();
  if (!keeps) return;
  const text = doc.getText(CONTENT).toString();
  if (text || damaged.length > 0) {
    await drafts.add({ documentId: id, epoch, text, at: Date.now(), damaged });
  }
  if (!drafts.wouldLoseOne) await removeCopy(id, epoch);
}

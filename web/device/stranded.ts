/**
 * Copies of other versions of a document that could not be read when their time had
 * come: once they can, they become drafts as well, and only then are removed.
 */
import { IndexeddbPersistence } from "y-indexeddb";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { copyName, removeCopy } from "./device-copy.ts";
import type { Drafts } from "./drafts.ts";
import { withinPatience } from "./patience.ts";

/** @param epoch Of the version that is no other. Never rejects: what fails is tried at the next visit. */
export async function rescueStranded(id: string, epoch: number, drafts: Drafts): Promise<void> {
  const databases = await (indexedDB.databases?.() ?? Promise.resolve([])).catch(() => []);
  const prefix = copyName(id, "");
  const epochs = databases
    .map(({ name = "" }) => (name.startsWith(prefix) ? Number(name.slice(prefix.length)) : epoch))
    .filter((other) => Number.isSafeInteger(other) && other !== epoch);
  for (const other of epochs) await rescue(id, other, drafts).catch(() => undefined);
}

async function rescue(id: string, epoch: number, drafts: Drafts): Promise<void> {
  const doc = new Y.Doc();
  const persistence = new IndexeddbPersistence(copyName(id, epoch), doc);
  try {
    await withinPatience(persistence.whenSynced);
    const text = doc.getText(CONTENT).toString();
    if (text) await drafts.add({ documentId: id, epoch, text, at: Date.now() });
  } finally {
    await persistence.destroy();
  }
  if (!drafts.wouldLoseOne) removeCopy(id, epoch);
}

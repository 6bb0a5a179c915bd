/** Documents, entries and updates as a server would hand them to a store. */
import assert from "node:assert/strict";
import * as Y from "yjs";
import type { Entry, NewDocument, NewLink, StoredDocument } from "../../persistence/store.ts";
import { StoreError, type StoreErrorCode } from "../../persistence/store-error.ts";

/** Any point in time; every sample is made then. */
export const CREATED_AT = 1_800_000_000_000;

export function newDocument(id: string, rest: Partial<NewDocument> = {}): NewDocument {
  return { id, createdAt: CREATED_AT, links: [], ...rest };
}

/** A link whose token hash is 32 times `hash`. */
export function newLink(id: string, hash: number, rest: Partial<NewLink> = {}): NewLink {
  const tokenHash = new Uint8Array(32).fill(hash);
  const unlimited = { label: "", expiresAt: null, password: null, maxUses: null };
  return { id, role: "edit", tokenHash, createdAt: CREATED_AT, ...unlimited, ...rest };
}

/** Made `n` milliseconds after the document. */
export function entry(documentId: string, n: number, update: Uint8Array): Entry {
  return { documentId, author: `author ${n % 3}`, at: CREATED_AT + n, update };
}

/** Entries made a millisecond after each other, from `from` on. */
export function entries(documentId: string, updates: readonly Uint8Array[], from = 1): Entry[] {
  return updates.map((update, index) => entry(documentId, from + index, update));
}

/** Successive updates that type `text`, one for each character. */
export function typing(text: string, doc = new Y.Doc()): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const keep = (update: Uint8Array) => updates.push(update);
  doc.on("update", keep);
  const target = doc.getText("content");
  for (const character of text) target.insert(target.length, character);
  doc.off("update", keep);
  return updates;
}

/** What a room makes of it: the snapshot, then each update of the tail. */
export function rebuilt(stored: StoredDocument | undefined): Y.Doc {
  assert.ok(stored, "the document is there");
  const doc = new Y.Doc();
  if (stored.snapshot) Y.applyUpdate(doc, stored.snapshot);
  for (const update of stored.tail) Y.applyUpdate(doc, update);
  return doc;
}

/** Its text, rebuilt. */
export function textOf(stored: StoredDocument | undefined): string {
  return rebuilt(stored).getText("content").toString();
}

/** Plain bytes, whatever kind of view they come in, so that they can be compared. */
export function plain(bytes: Uint8Array | undefined): number[] | undefined {
  return bytes && [...bytes];
}

/** The StoreError of this code that `promise` rejects with. */
export async function rejection(
  promise: Promise<unknown>,
  code: StoreErrorCode,
): Promise<StoreError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StoreError, `rejects with a StoreError, not ${String(error)}`);
  assert.equal(error.code, code, error.message);
  return error;
}

/** What this browser remembers of a document besides its text, so that it can be opened before the server is asked. */
import { recall, remember } from "../browser-storage.ts";

export interface KnownDocument {
  /** Names the copy on the device. */
  readonly epoch: number;
  /** Whether the link could edit when it was last open. */
  readonly mayEdit: boolean;
}

const key = (documentId: string) => `quire:document:${documentId}`;

export function knownDocument(documentId: string): KnownDocument | undefined {
  const known = recall(key(documentId));
  return isKnown(known) ? known : undefined;
}

export function keepKnown(documentId: string, known: KnownDocument): void {
  remember(key(documentId), known);
}

/** The copy is of another version: the next opening asks the server. */
export function forgetKnown(documentId: string): void {
  remember(key(documentId), undefined);
}

function isKnown(value: unknown): value is KnownDocument {
  const { epoch, mayEdit } = (value ?? {}) as Partial<Record<keyof KnownDocument, unknown>>;
  return Number.isSafeInteger(epoch) && typeof mayEdit === "boolean";
}

/** The owner tokens of documents made in this browser. They are kept here and never in the address bar. */
import { recall, remember } from "./browser-storage.ts";

const key = (documentId: string) => `quire:owner:${documentId}`;

export function ownerToken(documentId: string): string | undefined {
  const token = recall(key(documentId));
  return typeof token === "string" ? token : undefined;
}

export function keepOwnerToken(documentId: string, token: string): void {
  remember(key(documentId), token);
}

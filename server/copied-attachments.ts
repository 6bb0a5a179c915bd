/**
 * Where a text names its document's images, and what becomes of them in a copy: they become the
 * copy's own, since whoever opens the copy may not open the original. Knows no HTTP.
 */
import type { Attachments, CopiedAttachments } from "../persistence/attachments.ts";

/** Where an attachment of a document is, in a text. */
const PATH = /\/api\/documents\/([\w-]+)\/attachments\/([\w.]+)/g;

/** Where a document's attachment of that name is, as its text says it. */
export function attachmentPath(documentId: string, name: string): string {
  return `/api/documents/${documentId}/attachments/${name}`;
}

/** The names of a document's own attachments that a text shows, in its order. */
export function attachmentsNamed(content: string, documentId: string): Set<string> {
  const shown = [...content.matchAll(PATH)].filter(([, owner]) => owner === documentId);
  return new Set(shown.map(([, , name = ""]) => name));
}

interface CopiedText {
  /** With the new places of what the original has; what it does not have stays as it is. */
  readonly content: string;
  readonly images: CopiedAttachments;
}

/** Copies those that the text shows. The copy's images are to be kept or discarded. Rejects with StoreError. */
export async function copyAttachments(
  attachments: Attachments,
  content: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<CopiedText> {
  const images = await attachments.copy(from, attachmentsNamed(content, from));
  const moved = content.replaceAll(PATH, (path, documentId: string, name: string) =>
    documentId === from && images.names.has(name) ? attachmentPath(to, name) : path,
  );
  return { content: moved, images };
}

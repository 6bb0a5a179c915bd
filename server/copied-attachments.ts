/**
 * The images of a copied text: they become the copy's own, since whoever opens the copy may
 * not open the original. Knows no HTTP.
 */
import type { Attachments, CopiedAttachments } from "../persistence/attachments.ts";

/** Where an attachment of a document is, in a text. */
const PATH = /\/api\/documents\/([\w-]+)\/attachments\/([\w.]+)/g;

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
  const shown = [...content.matchAll(PATH)].filter(([, documentId]) => documentId === from);
  const images = await attachments.copy(from, new Set(shown.map(([, , name = ""]) => name)));
  const moved = content.replaceAll(PATH, (path, documentId: string, name: string) =>
    documentId === from && images.names.has(name)
      ? `/api/documents/${to}/attachments/${name}`
      : path,
  );
  return { content: moved, images };
}

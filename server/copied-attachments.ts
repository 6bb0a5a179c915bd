/**
 * Where a text names its document's images, and what becomes of them in a copy: they become the
 * copy's own, since whoever opens the copy may not open the original. Knows no HTTP.
 */
import type { Attachments } from "../persistence/attachments.ts";

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

/**
 * Copies those that the text shows and answers the text with their new places. What the
 * original does not have stays as it is. Rejects with StoreError, and then removes nothing.
 */
export async function copyAttachments(
  attachments: Attachments,
  content: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<string> {
  const copied = new Set<string>();
  for (const name of attachmentsNamed(content, from)) {
    if (await copyOne(attachments, name, from, to)) copied.add(name);
  }
  return content.replaceAll(PATH, (path, documentId: string, name: string) =>
    documentId === from && copied.has(name) ? attachmentPath(to, name) : path,
  );
}

async function copyOne(
  attachments: Attachments,
  name: string,
  from: string,
  to: string,
): Promise<boolean> {
  const original = await attachments.read(from, name);
  if (!original) return false;
  const incoming = await attachments.receive(original.content());
  try {
    // Together they are no more than the original has.
    return (await incoming.keep(to, name.split(".").at(-1) ?? "", Infinity)) !== undefined;
  } finally {
    await incoming.discard();
  }
}

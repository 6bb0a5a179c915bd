/**
 * The images of a copied text: they become the copy's own, since whoever opens the copy may
 * not open the original. Knows no HTTP.
 */
import type { Attachments } from "../persistence/attachments.ts";

/** Where an attachment of a document is, in a text. */
const PATH = /\/api\/documents\/([\w-]+)\/attachments\/([\w.]+)/g;

/**
 * Copies those that the text shows and answers the text with their new places. What the
 * original does not have stays as it is. Rejects with StoreError, and then removes nothing.
 */
export async function copyAttachments(
  attachments: Attachments,
  content: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<string> {
  const shown = [...content.matchAll(PATH)].filter(([, documentId]) => documentId === from);
  const names = new Set(shown.map(([, , name = ""]) => name));
  const copied = new Set<string>();
  for (const name of names) if (await copyOne(attachments, name, from, to)) copied.add(name);
  return content.replaceAll(PATH, (path, documentId: string, name: string) =>
    documentId === from && copied.has(name) ? `/api/documents/${to}/attachments/${name}` : path,
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

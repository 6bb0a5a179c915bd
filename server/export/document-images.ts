/** The images that a document shows and keeps itself: which they are, and what they hold. Knows no HTTP. */
import { buffer } from "node:stream/consumers";
import type { Attachments, StoredAttachment } from "../../persistence/attachments.ts";
import { attachmentPath, attachmentsNamed } from "../copied-attachments.ts";

/** One of them. */
export interface DocumentImage extends StoredAttachment {
  /** As the text names it. */
  readonly path: string;
}

/** What they hold, by `path`. */
export type LoadedImages = ReadonlyMap<string, Uint8Array>;

/** Bytes of those that an export holds, and how many are looked for; the others stay links. */
export const MOST_IMAGES = { bytes: 32 * 1024 * 1024, count: 500 };

/** In the order in which the text names them, up to the bounds. Other documents' are never among them. */
export async function imagesOf(
  attachments: Pick<Attachments, "read">,
  documentId: string,
  content: string,
): Promise<DocumentImage[]> {
  const found: DocumentImage[] = [];
  let left = MOST_IMAGES.bytes;
  for (const name of [...attachmentsNamed(content, documentId)].slice(0, MOST_IMAGES.count)) {
    const stored = await attachments.read(documentId, name);
    if (!stored || stored.bytes > left) continue;
    left -= stored.bytes;
    found.push({ ...stored, path: attachmentPath(documentId, name) });
  }
  return found;
}

/** Reads all of them. */
export async function loadImages(images: readonly DocumentImage[]): Promise<LoadedImages> {
  const loaded = new Map<string, Uint8Array>();
  for (const image of images) loaded.set(image.path, await buffer(image.content()));
  return loaded;
}

/** Makes the images that an imported file held attachments of its document. Knows no HTTP. */
import { Readable } from "node:stream";
import type { Attachments } from "../../persistence/attachments.ts";
import { extensionOf } from "../attachment-type.ts";
import { attachmentPath } from "../copied-attachments.ts";
import type { FoundImage } from "./found-images.ts";
import type { ReadFile } from "./read-file.ts";

export interface ImageLimits {
  /** Bytes of one image, and of all of a document; 0: no limit. */
  readonly maxAttachmentBytes: number;
  readonly maxAttachmentsBytes: number;
}

/** The Markdown with each image in its place, or its words where it cannot be kept. Rejects with StoreError. */
export async function keepImages(
  attachments: Attachments,
  documentId: string,
  { content, images, mark }: ReadFile,
  limits: ImageLimits,
): Promise<string> {
  const shown: string[] = [];
  for (const image of images) {
    const name = await keepOne(attachments, documentId, image.bytes, limits);
    shown.push(name ? `![${image.alt}](${attachmentPath(documentId, name)})` : image.alt);
  }
  const places = new RegExp(`${mark}(\\d+);`, "g");
  return content.replaceAll(places, (_place, index: string) => shown[Number(index)] ?? "");
}

async function keepOne(
  attachments: Attachments,
  documentId: string,
  bytes: FoundImage["bytes"],
  { maxAttachmentBytes, maxAttachmentsBytes }: ImageLimits,
): Promise<string | undefined> {
  if (maxAttachmentBytes > 0 && bytes.length > maxAttachmentBytes) return undefined;
  const incoming = await attachments.receive(Readable.from([bytes]));
  try {
    const extension = await extensionOf(incoming.head);
    const most = maxAttachmentsBytes || Number.POSITIVE_INFINITY;
    return extension && (await incoming.keep(documentId, extension, most));
  } finally {
    await incoming.discard();
  }
}

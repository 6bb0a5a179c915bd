/**
 * What keeps the images of documents, wherever that is. An attachment is named by its
 * content and never changes. Knows neither documents nor what an image is.
 */
import type { Readable } from "node:stream";

/** What a name looks like: a hash of the content, and the extension that the content was found to have. */
export const ATTACHMENT_NAME = /^[0-9a-f]{40}\.[a-z]{3,4}$/;

/** SHA-256, cut to what `ATTACHMENT_NAME` holds of it. */
export function attachmentHash(digest: Buffer): string {
  return digest.toString("hex", 0, 20);
}

/** A document can have no more, however small they are: each takes its place on the disk. */
export const MOST_ATTACHMENTS = 10_000;

/** So much each counts at least where a document's are counted, since no file takes less. Bytes. */
export const LEAST_BYTES = 4096;

/** Content that has arrived whole and belongs to no document yet. */
export interface IncomingAttachment {
  readonly bytes: number;
  /** As much of its beginning as tells what it is. */
  readonly head: Uint8Array;
  /**
   * Makes it one of the document's and resolves with its name once it is on disk.
   * @param most Bytes of all of the document's. Past them, or with `MOST_ATTACHMENTS` there already,
   * undefined is answered and nothing kept.
   * @throws StoreError `full` or `failing`.
   */
  keep(documentId: string, extension: string, most: number): Promise<string | undefined>;
  /** Lets go of it, unless it was kept. Rejects never. */
  discard(): Promise<void>;
}

export interface StoredAttachment {
  readonly bytes: number;
  /** Opens it. */
  content(): Readable;
}

export interface AttachmentTotals {
  readonly count: number;
  readonly bytes: number;
}

/** Copies of a document's attachments that belong to no other document yet. */
export interface CopiedAttachments {
  /** Those that there were. */
  readonly names: ReadonlySet<string>;
  /**
   * Makes them a document's that is about to be made, and resolves once they are on disk. What an
   * attempt to make it has left that nobody knows the end of may stay beside them.
   */
  keep(documentId: string): Promise<void>;
  /** Lets go of them, unless they were kept. Rejects never. */
  discard(): Promise<void>;
}

/** A store for attachments. */
export interface Attachments {
  /** Takes the content in. @throws StoreError `full` or `failing`, or what the content throws; nothing stays then. */
  receive(content: AsyncIterable<Uint8Array>): Promise<IncomingAttachment>;
  /** Undefined when the document has none of that name. */
  read(documentId: string, name: string): Promise<StoredAttachment | undefined>;
  /** Names of all of a document's. */
  list(documentId: string): Promise<readonly string[]>;
  /** Of all documents together. */
  totals(): Promise<AttachmentTotals>;
  /** Copies those of these names, without reading them where that can be. @throws StoreError `full` or `failing`. */
  copy(documentId: string, names: Iterable<string>): Promise<CopiedAttachments>;
  /**
   * Ids of the documents that have any. Where several nodes share them, without those that were
   * given one within the last hour: another node may be about to make their document.
   */
  documents(): Promise<readonly string[]>;
  /** Removes all of a document's. */
  remove(documentId: string): Promise<void>;
}

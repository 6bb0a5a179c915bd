/**
 * Takes the content of an attachment in, into a file that nobody else knows yet: how much it is,
 * how it begins, and what it will be called. Knows no place where attachments are kept.
 */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { attachmentHash } from "./attachments.ts";
import { onDisk } from "./disk.ts";

/** Of what has arrived, so much is kept in memory to look at. */
const HEAD_BYTES = 64 * 1024;

export interface IncomingContent {
  /** As `attachmentHash` makes it. */
  readonly hash: string;
  readonly bytes: number;
  /** As much of its beginning as tells what it is. */
  readonly head: Uint8Array;
}

/** @throws StoreError `full` or `failing`, or what the content throws. */
export async function takeIn(
  file: FileHandle,
  content: AsyncIterable<Uint8Array>,
): Promise<IncomingContent> {
  const hash = createHash("sha256");
  const beginning: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    if (bytes < HEAD_BYTES) beginning.push(chunk);
    bytes += chunk.length;
    hash.update(chunk);
    await onDisk(file.appendFile(chunk));
  }
  const head = Buffer.concat(beginning).subarray(0, HEAD_BYTES);
  return { hash: attachmentHash(hash.digest()), bytes, head };
}

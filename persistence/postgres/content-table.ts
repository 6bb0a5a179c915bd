/** What attachments hold, by its hash: stored in pieces, once, and removed when nobody has it. */
import type { FileHandle } from "node:fs/promises";
import { onDisk } from "../disk.ts";
import type { Queries } from "./database.ts";

const CHUNK_BYTES = 256 * 1024;

export interface StoredContent {
  readonly file: FileHandle;
  readonly hash: string;
  readonly bytes: number;
}

/** It is there, and nobody removes it, until the transaction ends. */
export async function storeContent(queries: Queries, content: StoredContent): Promise<void> {
  const { hash, bytes } = content;
  for (;;) {
    const made = await queries.run(
      "INSERT INTO contents (hash, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING",
      [hash, bytes],
    );
    if (made > 0) return writeChunks(queries, content);
    const held = await queries.run("SELECT FROM contents WHERE hash = $1 FOR KEY SHARE", [hash]);
    // Otherwise it was removed in between.
    if (held > 0) return;
  }
}

async function writeChunks(queries: Queries, { file, hash, bytes }: StoredContent): Promise<void> {
  const buffer = Buffer.alloc(Math.min(bytes, CHUNK_BYTES));
  for (let [n, at] = [0, 0]; at < bytes; n++) {
    const { bytesRead } = await onDisk(file.read(buffer, 0, buffer.length, at));
    if (bytesRead === 0) throw new Error("a file in the folder of temporary files was cut off");
    const chunk = [hash, n, buffer.subarray(0, bytesRead)];
    await queries.run("INSERT INTO chunks (content, n, bytes) VALUES ($1, $2, $3)", chunk);
    at += bytesRead;
  }
}

/** Those of them that no attachment has any more. */
export async function removeContents(queries: Queries, hashes: readonly string[]): Promise<void> {
  // Whoever is about to use one of them is waited for, and then seen. In order, so that no two wait for each other.
  const hold = "SELECT FROM contents WHERE hash = ANY ($1) ORDER BY hash FOR UPDATE";
  await queries.run(hold, [hashes]);
  await queries.run(
    `DELETE FROM contents WHERE hash = ANY ($1)
      AND NOT EXISTS (SELECT FROM attachments WHERE content = hash)`,
    [hashes],
  );
}

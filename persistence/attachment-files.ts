/**
 * Attachments as files: `attachments/<document>/<name>` in the data folder. What arrives is
 * written beside them, fsynced, and renamed into its place. Needs the folder's lock to be held.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  ATTACHMENT_NAME,
  attachmentHash,
  type Attachments,
  type AttachmentTotals,
  type IncomingAttachment,
  type StoredAttachment,
} from "./attachments.ts";
import { resultCode, toStoreError } from "./sqlite/sqlite-error.ts";

/** What is still arriving; no document's id begins with a dot. */
export const INCOMING = ".incoming";

/** Of what has arrived, so much is kept in memory to look at. */
const HEAD_BYTES = 64 * 1024;

const DOCUMENT_ID = /^[\w-]+$/;

/** Where a data folder has its attachments. */
export function attachmentsPath(dataDir: string): string {
  return join(dataDir, "attachments");
}

/** Clears away what a killed server was taking in. @throws StoreError `failing`. */
export async function openAttachmentFiles(dataDir: string): Promise<Attachments> {
  const root = attachmentsPath(dataDir);
  await onDisk(rm(join(root, INCOMING), { recursive: true, force: true }));
  return new AttachmentFiles(root);
}

class AttachmentFiles implements Attachments {
  readonly #root: string;
  /** The last of each document's changes: what is counted must not change before it is added to. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(root: string) {
    this.#root = root;
  }

  async receive(content: AsyncIterable<Uint8Array>): Promise<IncomingAttachment> {
    const folder = join(this.#root, INCOMING);
    const made = await onDisk(mkdir(folder, { recursive: true }));
    if (made !== undefined) await onDisk(sync(dirname(this.#root)));
    const path = join(folder, randomUUID());
    const discard = () => rm(path, { force: true }).catch(() => undefined);
    try {
      const { hash, bytes, head } = await writeNew(path, content);
      return {
        bytes,
        head,
        discard,
        keep: (documentId, extension, most) =>
          this.#inTurn(documentId, () =>
            this.#keep({ path, bytes, documentId, name: `${hash}.${extension}` }, most),
          ),
      };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  async read(documentId: string, name: string): Promise<StoredAttachment | undefined> {
    if (!DOCUMENT_ID.test(documentId) || !ATTACHMENT_NAME.test(name)) return undefined;
    const path = join(this.#root, documentId, name);
    const found = await onDisk(orMissing(stat(path)));
    return found && { bytes: found.size, content: () => createReadStream(path) };
  }

  async list(documentId: string): Promise<readonly string[]> {
    const names = (await onDisk(orMissing(readdir(this.#folderOf(documentId))))) ?? [];
    return names.filter((name) => ATTACHMENT_NAME.test(name)).toSorted();
  }

  async totals(): Promise<AttachmentTotals> {
    let [count, bytes] = [0, 0];
    for (const documentId of (await onDisk(orMissing(readdir(this.#root)))) ?? []) {
      if (!DOCUMENT_ID.test(documentId)) continue;
      for (const name of await this.list(documentId)) {
        const found = await this.read(documentId, name);
        count += found ? 1 : 0;
        bytes += found?.bytes ?? 0;
      }
    }
    return { count, bytes };
  }

  async remove(documentId: string): Promise<void> {
    const folder = this.#folderOf(documentId);
    await this.#inTurn(documentId, () => rm(folder, { recursive: true, force: true }));
  }

  async #keep(arrived: Arrived, most: number): Promise<string | undefined> {
    const { path, bytes, documentId, name } = arrived;
    const folder = this.#folderOf(documentId);
    if ((await bytesIn(folder, name)) + bytes > most) return undefined;
    const made = await mkdir(folder, { recursive: true });
    // Over what is there already: it has the same content.
    await rename(path, join(folder, name));
    await sync(folder);
    if (made !== undefined) await sync(this.#root);
    return name;
  }

  #folderOf(documentId: string): string {
    if (!DOCUMENT_ID.test(documentId)) throw new TypeError("this is no document's id");
    return join(this.#root, documentId);
  }

  #inTurn<T>(documentId: string, change: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(documentId) ?? Promise.resolve();
    const turn = onDisk(before.then(change, change)).finally(() => {
      if (this.#turns.get(documentId) === turn) this.#turns.delete(documentId);
    });
    this.#turns.set(documentId, turn);
    return turn;
  }
}

interface Arrived {
  readonly path: string;
  readonly bytes: number;
  readonly documentId: string;
  readonly name: string;
}

/** On disk once it resolves, but for its name. */
async function writeNew(path: string, content: AsyncIterable<Uint8Array>) {
  const file = await onDisk(open(path, "wx"));
  try {
    const written = await write(file, content);
    await onDisk(file.sync());
    return written;
  } finally {
    await file.close();
  }
}

async function write(file: FileHandle, content: AsyncIterable<Uint8Array>) {
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

/** Of all files but one. */
async function bytesIn(folder: string, but: string): Promise<number> {
  const names = (await orMissing(readdir(folder))) ?? [];
  const others = names.filter((name) => name !== but);
  const sizes = await Promise.all(others.map((name) => stat(join(folder, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function orMissing<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (resultCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toStoreError(error);
  }
}

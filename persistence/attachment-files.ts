/**
 * Attachments as files: `attachments/<document>/<name>` in the data folder. What arrives is
 * written beside them, fsynced, and renamed into its place. Needs the folder's lock to be held.
 */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { linkFiles } from "./attachment-links.ts";
import {
  ATTACHMENT_NAME,
  type Attachments,
  type AttachmentTotals,
  type CopiedAttachments,
  type IncomingAttachment,
  MOST_ATTACHMENTS,
  type StoredAttachment,
} from "./attachments.ts";
import { onDisk, orMissing, sync } from "./disk.ts";
import { counted, Holdings } from "./holdings.ts";
import { takeIn } from "./incoming-content.ts";
import { Turns } from "./turns.ts";

/** What is still arriving; no document's id begins with a dot. */
export const INCOMING = ".incoming";

const DOCUMENT_ID = /^[\w-]+$/;

/** Where a data folder has its attachments. */
export function attachmentsPath(dataDir: string): string {
  return join(dataDir, "attachments");
}

/** Clears away what a killed server was taking in. @throws StoreError `failing`. */
export async function openAttachmentFiles(dataDir: string): Promise<Attachments> {
  await onDisk(rm(join(attachmentsPath(dataDir), INCOMING), { recursive: true, force: true }));
  return readAttachmentFiles(dataDir);
}

/** To look at them only: nothing is cleared away. */
export function readAttachmentFiles(dataDir: string): Attachments {
  return new AttachmentFiles(attachmentsPath(dataDir));
}

class AttachmentFiles implements Attachments {
  readonly #root: string;
  /** Of each document: what is counted must not change before it is added to. */
  readonly #turns = new Turns();
  readonly #holdings = new Holdings();

  constructor(root: string) {
    this.#root = root;
  }

  async receive(content: AsyncIterable<Uint8Array>): Promise<IncomingAttachment> {
    const path = await this.#newPath();
    const discard = () => removed(path);
    try {
      const { hash, bytes, head } = await writeNew(path, content);
      return {
        bytes,
        head,
        discard,
        keep: (documentId, extension, most) =>
          this.#inTurn(documentId, (folder) =>
            this.#keep({ path, bytes, folder, name: `${hash}.${extension}` }, most),
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
    for (const documentId of await this.documents()) {
      for (const name of await this.list(documentId)) {
        const found = await this.read(documentId, name);
        count += found ? 1 : 0;
        bytes += found?.bytes ?? 0;
      }
    }
    return { count, bytes };
  }

  async copy(documentId: string, names: Iterable<string>): Promise<CopiedAttachments> {
    const from = this.#folderOf(documentId);
    const path = await this.#newPath();
    const discard = () => removed(path);
    try {
      const possible = [...names].filter((name) => ATTACHMENT_NAME.test(name));
      const found = await onDisk(linkFiles(from, path, possible));
      const keep = (folder: string) => this.#keepAll(path, folder, found.size);
      return { names: found, discard, keep: (id) => this.#inTurn(id, keep) };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  async documents(): Promise<readonly string[]> {
    const found = await onDisk(orMissing(readdir(this.#root, { withFileTypes: true })));
    const folders = found?.filter((entry) => entry.isDirectory()) ?? [];
    return folders.map(({ name }) => name).filter((name) => DOCUMENT_ID.test(name));
  }

  async remove(documentId: string): Promise<void> {
    await this.#inTurn(documentId, async (folder) => {
      this.#holdings.forget(folder);
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** Where nothing is yet, among what is arriving. */
  async #newPath(): Promise<string> {
    const folder = join(this.#root, INCOMING);
    const made = await onDisk(mkdir(folder, { recursive: true }));
    if (made !== undefined) await onDisk(sync(dirname(this.#root)));
    return join(folder, randomUUID());
  }

  async #keep({ path, bytes, folder, name }: Arrived, most: number): Promise<string | undefined> {
    const place = join(folder, name);
    const isThere = (await orMissing(stat(place))) !== undefined;
    const holding = await this.#holdings.of(folder);
    const isFull = holding.files >= MOST_ATTACHMENTS || holding.bytes + counted(bytes) > most;
    if (isFull && !isThere) return undefined;
    try {
      const made = await mkdir(folder, { recursive: true });
      // Over what is there already: it has the same content.
      await rename(path, place);
      if (!isThere) this.#holdings.added(folder, bytes);
      await sync(folder);
      if (made !== undefined) await sync(this.#root);
    } catch (error) {
      this.#holdings.forget(folder);
      throw error;
    }
    return name;
  }

  async #keepAll(path: string, folder: string, count: number): Promise<void> {
    this.#holdings.forget(folder);
    // What an attempt has left whose end nobody knows.
    await rm(folder, { recursive: true, force: true });
    if (count === 0) return;
    await rename(path, folder);
    await sync(this.#root);
  }

  #folderOf(documentId: string): string {
    if (!DOCUMENT_ID.test(documentId)) throw new TypeError("this is no document's id");
    return join(this.#root, documentId);
  }

  async #inTurn<T>(documentId: string, change: (folder: string) => Promise<T>): Promise<T> {
    const folder = this.#folderOf(documentId);
    return onDisk(this.#turns.take(documentId, () => change(folder)));
  }
}

interface Arrived {
  readonly path: string;
  readonly bytes: number;
  readonly folder: string;
  readonly name: string;
}

/** It may be gone already, or have another name by now. */
async function removed(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

/** On disk once it resolves, but for its name. */
async function writeNew(path: string, content: AsyncIterable<Uint8Array>) {
  const file = await onDisk(open(path, "wx"));
  try {
    const written = await takeIn(file, content);
    await onDisk(file.sync());
    return written;
  } finally {
    await file.close();
  }
}

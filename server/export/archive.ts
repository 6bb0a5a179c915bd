/**
 * Everything there is as one zip: each document as Markdown and as its Yjs state, of one moment,
 * its attachments, and a manifest. Made as fast as it is taken, with one document at a time in
 * memory; what is read is what is on disk. Knows no HTTP.
 */
import { addAbortSignal, Readable, type Writable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import { ZipFile, type Options as EntryOptions } from "yazl";
import { fileNameOf } from "#protocol/file-name.ts";
import type { ArchivedDocument } from "#protocol/rest-admin.ts";
import type { Attachments } from "../../persistence/attachments.ts";
import type { ListedDocument, Store, StoredDocument } from "../../persistence/store.ts";
import { VERSION } from "../version.ts";
import type { ReadDocument, StoredReader } from "./stored-reader.ts";

export interface ArchiveOptions {
  readonly store: Pick<Store, "list" | "load">;
  readonly attachments: Pick<Attachments, "list" | "read">;
  readonly reader: Pick<StoredReader, "read">;
  readonly logger: Logger;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** A stream of bytes, and not of the pieces they come in. */
const BYTES = { objectMode: false };

/** Asked for at once. */
const PAGE = 50;

const CHUNK_BYTES = 64 * 1024;

/** Of a title in a file's name: with an id and an extension it stays below what any system takes. */
const LONGEST_NAME = 120;

/** Of what is in the archive: to be read by its owner's own account and others. */
const MODE = 0o100644;

/**
 * Rejects when it cannot be finished, or is taken no further; the output is then destroyed, so that
 * nobody takes it for whole.
 */
export async function writeArchive(
  options: ArchiveOptions,
  { withTrash }: { readonly withTrash: boolean },
  output: Writable,
): Promise<void> {
  // Before anything is sent: then it can still be said that there is nothing to be had.
  const first = await options.store.list(Number.MAX_SAFE_INTEGER, PAGE);
  const archive = new Archive(options);
  try {
    await Promise.all([archive.sendTo(output), archive.fill(first, withTrash)]);
  } catch (error) {
    archive.giveUp(error);
    throw error;
  }
}

type Found = Omit<StoredDocument, "snapshot" | "tail"> & ReadDocument;

class Archive {
  readonly #options: ArchiveOptions;
  readonly #zip = new ZipFile();
  readonly #ending = new AbortController();
  readonly #documents: ArchivedDocument[] = [];
  readonly #unreadable: string[] = [];

  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.#zip.on("error", (error) => this.giveUp(error));
  }

  /** Resolves once all was taken; when it is taken no further nothing more is made. */
  async sendTo(output: Writable): Promise<void> {
    try {
      await pipeline(this.#zip.outputStream, output);
    } finally {
      this.#ending.abort();
    }
  }

  /** @param first Page of the list, after which the others are asked for. */
  async fill(first: readonly ListedDocument[], withTrash: boolean): Promise<void> {
    for (let page = first; page.length > 0; page = await this.#pageAfter(page)) {
      const wanted = page.filter(({ deletedAt }) => withTrash || deletedAt === null);
      for (const listed of wanted) await this.#addDocument(listed);
    }
    const at = this.#options.now();
    await this.#add("manifest.json", Readable.from(this.#manifest(at), BYTES), {
      mtime: new Date(at),
    });
    this.#zip.end();
  }

  giveUp(error: unknown): void {
    this.#ending.abort();
    const cause = error instanceof Error ? error : new Error(String(error));
    (this.#zip.outputStream as Readable).destroy(cause);
  }

  async #pageAfter(page: readonly ListedDocument[]): Promise<readonly ListedDocument[]> {
    return this.#options.store.list(page.at(-1)?.place ?? 0, PAGE);
  }

  async #addDocument(listed: ListedDocument): Promise<void> {
    const found = await this.#read(listed.id);
    this.#ending.signal.throwIfAborted();
    if (found) await this.#addFiles(listed, found);
  }

  /**
   * Undefined when it was removed for good since it was listed. One that cannot be read is told of
   * in the manifest, and does not keep the others from being there.
   */
  async #read(documentId: string): Promise<Found | undefined> {
    const { store, reader, logger } = this.#options;
    try {
      const stored = await store.load(documentId);
      if (!stored) return undefined;
      const { snapshot, tail, ...about } = stored;
      return { ...about, ...(await reader.read({ snapshot, tail })) };
    } catch (error) {
      if (this.#ending.signal.aborted) return undefined;
      logger.error({ err: error, documentId }, "a document could not be exported");
      this.#unreadable.push(documentId);
      return undefined;
    }
  }

  async #addFiles({ id, deletedAt }: ListedDocument, found: Found): Promise<void> {
    const { createdAt, updatedAt, epoch, damage, title, language, text, state } = found;
    const path = `documents/${cut(fileNameOf(title), LONGEST_NAME)}-${id}`;
    const [markdown, yjs] = [`${path}.md`, `${path}.yjs`];
    const mtime = new Date(updatedAt);
    await this.#add(markdown, streamOf(text), { mtime });
    await this.#add(yjs, streamOf(state), { mtime });
    this.#documents.push({
      id,
      title,
      language: language ?? null,
      createdAt: instant(createdAt),
      updatedAt: instant(updatedAt),
      deletedAt: deletedAt === null ? null : instant(deletedAt),
      epoch,
      lostEdits: damage?.updates ?? 0,
      markdown,
      yjs,
      attachments: await this.#addAttachments(id),
    });
  }

  async #addAttachments(documentId: string): Promise<string[]> {
    const { attachments } = this.#options;
    const added: string[] = [];
    for (const name of await attachments.list(documentId)) {
      const stored = await attachments.read(documentId, name);
      if (!stored) continue;
      const path = `attachments/${documentId}/${name}`;
      // Images are compressed as they are.
      await this.#add(path, stored.content(), { compress: false });
      added.push(path);
    }
    return added;
  }

  /** Resolves once its content was taken. */
  async #add(path: string, content: Readable, options: Partial<EntryOptions>): Promise<void> {
    const { signal } = this.#ending;
    const taken = finished(addAbortSignal(signal, content), { writable: false });
    this.#zip.addReadStream(content, path, { mode: MODE, ...options });
    await taken;
  }

  /** Piece by piece: of many documents it is long. */
  *#manifest(now: number): Generator<string> {
    const about = { version: 1, quire: VERSION, exportedAt: instant(now) };
    const unreadable = JSON.stringify(this.#unreadable);
    yield `${JSON.stringify(about).slice(0, -1)},"unreadable":${unreadable},"documents":[`;
    for (const [index, document] of this.#documents.entries()) {
      yield `${index > 0 ? "," : ""}\n${JSON.stringify(document)}`;
    }
    yield "\n]}\n";
  }
}

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

function streamOf(bytes: Uint8Array): Readable {
  return Readable.from(chunksOf(bytes), BYTES);
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

/** To so many bytes of UTF-8, between whole characters. */
function cut(text: string, bytes: number): string {
  let kept = "";
  let length = 0;
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}

/**
 * The store on SQLite as the server sees it: asynchronous, with the database in
 * a thread of its own. Knows no SQL.
 */
import type { Entry, NewDocument, Store, StoredDocument } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { GroupCommit } from "./group-commit.ts";
import type { PackedDocument } from "./messages.ts";
import { pack, unpack } from "./packing.ts";
import { storeErrorOf, ThreadLink } from "./thread-link.ts";

export interface SqliteStoreOptions {
  /** Folder of the database; created when missing. */
  readonly dataDir: string;
  /** Shortest time between two commits, in milliseconds; default 5. */
  readonly commitIntervalMs?: number;
  /** Told of each commit that succeeded, and how many batches shared it. */
  readonly onCommit?: (batches: number) => void;
}

/** @throws StoreError `locked` when the folder is in use, `newer` for a later version's database. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const link = new ThreadLink({ dataDir: options.dataDir });
  try {
    await link.opened();
  } catch (error) {
    await link.terminate();
    throw error;
  }
  return new SqliteStore(link, options);
}

class SqliteStore implements Store {
  readonly #link: ThreadLink;
  readonly #commits: GroupCommit;
  readonly #onCommit: SqliteStoreOptions["onCommit"];
  #closing: Promise<void> | undefined;

  constructor(link: ThreadLink, { commitIntervalMs = 5, onCommit }: SqliteStoreOptions) {
    this.#link = link;
    this.#onCommit = onCommit;
    this.#commits = new GroupCommit((group) => this.#commit(group), commitIntervalMs);
  }

  async create(document: NewDocument): Promise<void> {
    await this.#open().ask("create", [document]);
  }

  async find(documentId: string) {
    return this.#open().ask("find", [documentId]);
  }

  async findLink(tokenHash: Uint8Array) {
    return this.#open().ask("findLink", [new Uint8Array(tokenHash)]);
  }

  async load(documentId: string): Promise<StoredDocument | undefined> {
    const packed = await this.#open().ask("load", [documentId]);
    return packed && unpackDocument(packed);
  }

  async append(batch: readonly Entry[]): Promise<void> {
    this.#open();
    if (batch.length > 0) await this.#commits.add(batch);
  }

  async compact(documentId: string, upTo: number): Promise<void> {
    await this.#open().ask("compact", [documentId, upTo]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#commits.flush();
    try {
      await this.#link.ask("close", []);
    } finally {
      await this.#link.terminate();
    }
  }

  #open(): ThreadLink {
    if (this.#closing) throw new StoreError("closed", "the store was closed");
    return this.#link;
  }

  async #commit(group: readonly (readonly Entry[])[]) {
    const heads = group.map((batch) => batch.map(({ update: _update, ...head }) => head));
    const updates = pack(group.flatMap((batch) => batch.map(({ update }) => update)));
    const failures = await this.#link.ask("append", [heads, updates], [updates.bytes.buffer]);
    this.#onCommit?.(group.length);
    return failures.map((failure) => failure && storeErrorOf(failure));
  }
}

function unpackDocument({ updates, hasSnapshot, ...record }: PackedDocument): StoredDocument {
  const parts = unpack(updates);
  const snapshot = hasSnapshot ? parts.shift() : undefined;
  return { ...record, snapshot, tail: parts };
}

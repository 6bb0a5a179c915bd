/**
 * The store's work on one SQLite connection, synchronously. Runs in the store
 * thread; knows no message and no promise. Every method throws `StoreError`.
 */
import { mkdirSync, existsSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import Sqlite from "better-sqlite3";
import * as Y from "yjs";
import type { DocumentRecord, Entry, LinkRecord, NewDocument, StoredDocument } from "../store.ts";
import { migrate, refuseNewer } from "./schema.ts";
import { conflict, corrupt, toStoreError } from "./sqlite-error.ts";
import { lockFolder } from "./lock.ts";
import { prepare, type Statements, type UpdateRow } from "./statements.ts";

/** How long a commit waits for another process that reads for a backup, in milliseconds. */
const BUSY_MS = 5000;

export class Database {
  readonly #connection: Sqlite.Database;
  readonly #statements: Statements;
  readonly #unlock: () => void;

  /** @throws StoreError `locked`, `newer`, or what the disk says. */
  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true });
    this.#unlock = lockFolder(dataDir);
    try {
      this.#connection = open(join(dataDir, "quire.sqlite"));
      this.#statements = prepare(this.#connection);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  create({ id, createdAt, links, first }: NewDocument): void {
    this.#transaction(() => {
      const document = this.#statements.insertDocument.run(id, createdAt).lastInsertRowid;
      for (const link of links) {
        this.#statements.insertLink.run({ ...link, document });
      }
      if (first) this.#insert(document, { ...first, documentId: id, seq: 1, at: createdAt });
    });
  }

  find(documentId: string): DocumentRecord | undefined {
    return this.#statements.findDocument.get(documentId);
  }

  findLink(tokenHash: Uint8Array): LinkRecord | undefined {
    return this.#statements.findLink.get(tokenHash);
  }

  load(documentId: string): StoredDocument | undefined {
    const head = this.#statements.findHead.get(documentId);
    const record = head && this.find(documentId);
    if (!record) return undefined;
    const { snapshot, tail } = this.#verified(head.document, head.seq);
    const { epoch, createdAt, updatedAt } = record;
    return { epoch, createdAt, updatedAt, seq: head.seq, snapshot: snapshot?.bytes, tail };
  }

  /** All of the group in one commit; a batch that conflicts is left out and its error answered in its place. */
  append(group: readonly (readonly Entry[])[]): (Error | undefined)[] {
    return this.#transaction(() => group.map((batch) => this.#appendBatch(batch)));
  }

  compact(documentId: string, upTo: number): void {
    const head = this.#statements.findHead.get(documentId);
    if (!head) return;
    const { snapshot, tail } = this.#verified(head.document, Math.min(upTo, head.seq));
    if (tail.length === 0) return;
    const bytes = fold(snapshot ? [snapshot.bytes, ...tail] : tail);
    this.#statements.putSnapshot.run({
      document: head.document,
      seq: (snapshot?.seq ?? 0) + tail.length,
      checksum: crc32(bytes),
      bytes,
    });
  }

  close(): void {
    this.#connection.close();
    this.#unlock();
  }

  #appendBatch(batch: readonly Entry[]): Error | undefined {
    const documents = new Map<string, { readonly document: number | bigint; seq: number }>();
    // All is checked before anything is written, so that a bad batch leaves no trace in the group's commit.
    for (const { documentId, seq } of batch) {
      const head = documents.get(documentId) ?? this.#statements.findHead.get(documentId);
      if (!head) return conflict(`there is no document ${documentId}`);
      if (seq !== head.seq + 1) {
        return conflict(`update ${seq} of ${documentId} does not follow ${head.seq}`);
      }
      documents.set(documentId, { document: head.document, seq });
    }
    for (const entry of batch) {
      this.#insert(documents.get(entry.documentId)?.document ?? 0, entry);
    }
    return undefined;
  }

  #insert(document: number | bigint, { seq, author, at, update }: Entry): void {
    this.#statements.insertAuthor.run(author);
    const checksum = crc32(update);
    this.#statements.insertUpdate.run({ document, seq, author, at, checksum, bytes: update });
  }

  /** Snapshot and the updates after it up to `upTo`, every one of them checked. */
  #verified(document: number | bigint, upTo: number) {
    const snapshot = this.#statements.findSnapshot.get(document);
    if (snapshot && crc32(snapshot.bytes) !== snapshot.checksum) {
      throw corrupt(`snapshot ${snapshot.seq} of document ${document} does not match its checksum`);
    }
    const from = snapshot?.seq ?? 0;
    const rows = this.#statements.findUpdates.all(document, from, upTo);
    if (rows.length !== Math.max(0, upTo - from)) {
      throw corrupt(`updates of document ${document} are missing between ${from} and ${upTo}`);
    }
    return { snapshot, tail: rows.map((row) => verified(row, document)) };
  }

  #transaction<T>(action: () => T): T {
    try {
      return this.#connection.transaction(action).immediate();
    } catch (error) {
      throw toStoreError(error);
    }
  }
}

function open(path: string): Sqlite.Database {
  if (existsSync(path)) checkVersion(path);
  const connection = new Sqlite(path, { timeout: BUSY_MS });
  try {
    connection.pragma("journal_mode = WAL");
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    migrate(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Read-only, since even closing a writable connection may write. */
function checkVersion(path: string): void {
  const connection = new Sqlite(path, { readonly: true });
  try {
    refuseNewer(connection);
  } finally {
    connection.close();
  }
}

function verified({ seq, checksum, bytes }: UpdateRow, document: number | bigint): Uint8Array {
  if (crc32(bytes) === checksum) return bytes;
  throw corrupt(`update ${seq} of document ${document} does not match its checksum`);
}

/** One state for many updates, what waits for missing ones included. */
function fold(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc();
  try {
    doc.transact(() => {
      for (const update of updates) Y.applyUpdate(doc, update);
    });
    return Y.encodeStateAsUpdate(doc);
  } catch (cause) {
    throw corrupt(`the log does not apply: ${String(cause)}`);
  } finally {
    doc.destroy();
  }
}

/**
 * The store's work on one SQLite connection, synchronously. Runs in the store
 * thread; knows no message and no promise. Throws `StoreError` or what SQLite throws.
 */
import { mkdirSync } from "node:fs";
import { crc32 } from "node:zlib";
import type Sqlite from "better-sqlite3";
import { foldUpdates } from "../snapshot.ts";
import type { DocumentRecord, Entry, NewDocument, NewLink, StoredDocument } from "../store.ts";
import { connect } from "./connection.ts";
import { LinkTable } from "./link-table.ts";
import { lockFolder } from "./lock.ts";
import type { ThreadOptions } from "./messages.ts";
import { conflict, corrupt } from "./sqlite-error.ts";
import { damageOf, isIntact, soundLog } from "./sound-log.ts";
import { type Head, prepare, type Statements } from "./statements.ts";

/** The synchronous side of `Store`, method by method; `append` takes a whole group. */
export class Database {
  readonly #connection: Sqlite.Database;
  readonly #statements: Statements;
  readonly #unlock: () => void;
  readonly links: LinkTable;

  /** Locks before anything is read: nobody may look at, let alone migrate, what another writes. */
  constructor(options: ThreadOptions) {
    mkdirSync(options.dataDir, { recursive: true });
    this.#unlock = lockFolder(options.dataDir);
    try {
      this.#connection = connect(options);
      this.#statements = prepare(this.#connection);
      this.links = new LinkTable(this.#connection);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  /** Throws SQLite's constraint errors when the id, a link's id or a token is taken. */
  create({ id, createdAt, links, first }: NewDocument): void {
    this.#transaction(() => {
      const document = this.#statements.insertDocument.run(id, createdAt).lastInsertRowid;
      for (const link of links) this.links.insert(document, link);
      if (first) this.#insert(document, { ...first, documentId: id, seq: 1, at: createdAt });
    });
  }

  find(documentId: string): DocumentRecord | undefined {
    return this.#statements.findDocument.get(documentId);
  }

  addLink(documentId: string, link: NewLink): void {
    this.links.insert(this.#head(documentId).document, link);
  }

  load(documentId: string): StoredDocument | undefined {
    const head = this.#statements.findHead.get(documentId);
    const record = head && this.find(documentId);
    if (!record) return undefined;
    const { epoch, createdAt, updatedAt } = record;
    return { epoch, createdAt, updatedAt, seq: head.seq, ...this.#sound(head, head.seq) };
  }

  /** All of the group in one commit; a batch that conflicts is left out and its error answered in its place. */
  append(group: readonly (readonly Entry[])[]): (Error | undefined)[] {
    return this.#transaction(() => group.map((batch) => this.#appendBatch(batch)));
  }

  compact(documentId: string, upTo: number): void {
    const head = this.#head(documentId);
    const seq = Math.min(upTo, head.seq);
    const { snapshot, tail, damage } = this.#sound(head, seq);
    if (damage?.updates) {
      throw corrupt(`${damage.updates} updates of document ${documentId} cannot be read`);
    }
    if (tail.length === 0) return;
    const bytes = fold(documentId, snapshot, tail);
    this.#statements.putSnapshot.run({
      document: head.document,
      seq,
      checksum: crc32(bytes),
      bytes,
    });
  }

  acceptLoss(documentId: string, upTo: number): void {
    this.#statements.acceptLoss.run(upTo, this.#head(documentId).document);
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

  #head(documentId: string): Head {
    const head = this.#statements.findHead.get(documentId);
    if (!head) throw conflict(`there is no document ${documentId}`);
    return head;
  }

  /** Snapshot and the updates after it up to `upTo`, or the whole log when the snapshot is damaged. */
  #sound({ document, accepted }: Head, upTo: number) {
    const newest = this.#statements.findSnapshot.get(document);
    const snapshot = newest && isIntact(newest) ? newest : undefined;
    const from = snapshot?.seq ?? 0;
    const rows = this.#statements.findUpdates.all(document, from, upTo);
    const { tail, lost } = soundLog(rows, { from, upTo, accepted });
    return { snapshot: snapshot?.bytes, tail, damage: damageOf(lost, snapshot !== newest) };
  }

  /** Rolls back whatever throws, a failing COMMIT included: the connection stays usable. */
  #transaction<T>(action: () => T): T {
    return this.#connection.transaction(action).immediate();
  }
}

function fold(
  documentId: string,
  snapshot: Uint8Array | undefined,
  updates: readonly Uint8Array[],
): Uint8Array {
  try {
    return foldUpdates(snapshot, updates);
  } catch (cause) {
    throw corrupt(`an update of document ${documentId} does not decode`, cause);
  }
}

/**
 * The store's work on one SQLite connection, synchronously. Runs in the store
 * thread; knows no message and no promise. Throws `StoreError` or what SQLite throws.
 */
import { mkdirSync } from "node:fs";
import type Sqlite from "better-sqlite3";
import type { DocumentRecord, NewDocument, NewLink, StoredDocument } from "../store.ts";
import { CompactionSteps } from "./compaction-steps.ts";
import { connect } from "./connection.ts";
import { DocumentList } from "./document-list.ts";
import { LinkTable } from "./link-table.ts";
import { lockFolder } from "./lock.ts";
import { LogWriter, type NewStretch, type Stretch } from "./log-writer.ts";
import type { ThreadOptions } from "./messages.ts";
import { type Removal, RemovalSteps } from "./removal-steps.ts";
import { refuseUnfinished } from "./schema.ts";
import { conflict, resultCode } from "../failure.ts";
import { readSound } from "./sound-log.ts";
import { type DocumentKey, type Head, prepare, type Statements } from "./statements.ts";
import { TrashTable } from "./trash-table.ts";
import { WebhookTable } from "./webhook-table.ts";

/** The synchronous side of `Store`, method by method; `append` takes a whole group, compaction and removal go in steps. */
export class Database {
  readonly compaction: CompactionSteps;
  readonly #connection: Sqlite.Database;
  readonly #statements: Statements;
  readonly #log: LogWriter;
  readonly #removal: RemovalSteps;
  readonly #unlock: () => void;
  readonly links: LinkTable;
  readonly trash: TrashTable;
  readonly webhooks: WebhookTable;
  readonly list: DocumentList;

  /** Locks before anything is read: nobody may look at, let alone migrate, what another writes. */
  constructor(options: ThreadOptions) {
    mkdirSync(options.dataDir, { recursive: true });
    this.#unlock = lockFolder(options.dataDir);
    try {
      this.#connection = connect(options);
      refuseUnfinished(this.#connection);
      this.#statements = prepare(this.#connection);
      this.#log = new LogWriter(this.#statements);
      this.links = new LinkTable(this.#connection);
      this.trash = new TrashTable(this.#connection);
      this.webhooks = new WebhookTable(this.#connection);
      this.list = new DocumentList(this.#connection);
      this.compaction = new CompactionSteps(this.#connection, this.#statements);
      this.#removal = new RemovalSteps(this.#connection);
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
      if (!first) return;
      const { author, update } = first;
      const columns = { authors: [author], times: [createdAt], updates: [update] };
      this.#log.write(document, { documentId: id, first: 1, ...columns });
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
    return {
      epoch,
      createdAt,
      updatedAt,
      seq: head.seq,
      ...readSound(this.#statements, head, head.seq),
    };
  }

  /**
   * All of the group in one commit; answers the first number of each stretch. A batch that conflicts is
   * left out and its error answered in its place. Where there is no room for all, each has a commit of its own.
   */
  append(group: readonly (readonly NewStretch[])[]): (Error | readonly number[])[] {
    try {
      return this.#transaction(() => group.map((batch) => this.#appendBatch(batch)));
    } catch (error) {
      if (group.length < 2 || !resultCode(error).startsWith("SQLITE_FULL")) throw error;
      return group.map((batch) => this.#appendAlone(batch));
    }
  }

  acceptLoss(documentId: string, upTo: number): void {
    this.#statements.acceptLoss.run(upTo, this.#head(documentId).document);
  }

  removalStep(documentId: string, before: number): Removal {
    // Authors go with their document.
    this.#log.forgetAuthors();
    return this.#removal.step(documentId, before);
  }

  close(): void {
    this.#connection.close();
    this.#unlock();
  }

  #appendAlone(batch: readonly NewStretch[]): Error | readonly number[] {
    try {
      return this.#transaction(() => this.#appendBatch(batch));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #appendBatch(batch: readonly NewStretch[]): Error | readonly number[] {
    const heads = new Map<string, { readonly document: DocumentKey; readonly seq: number }>();
    const numbered: { readonly document: DocumentKey; readonly stretch: Stretch }[] = [];
    // All is looked up before anything is written, so that a bad batch leaves no trace in the group's commit.
    for (const stretch of batch) {
      const { documentId, updates } = stretch;
      const head = heads.get(documentId) ?? this.#statements.findHead.get(documentId);
      if (!head) return conflict(`there is no document ${documentId}`);
      const { document, seq } = head;
      numbered.push({ document, stretch: { ...stretch, first: seq + 1 } });
      heads.set(documentId, { document, seq: seq + updates.length });
    }
    for (const { document, stretch } of numbered) this.#log.write(document, stretch);
    return numbered.map(({ stretch }) => stretch.first);
  }

  #head(documentId: string): Head {
    const head = this.#statements.findHead.get(documentId);
    if (!head) throw conflict(`there is no document ${documentId}`);
    return head;
  }

  /** Rolls back whatever throws, a failing COMMIT included: the connection stays usable. */
  #transaction<T>(action: () => T): T {
    try {
      return this.#connection.transaction(action).immediate();
    } catch (error) {
      this.#log.forgetAuthors();
      throw error;
    }
  }
}

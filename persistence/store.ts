/**
 * What the server asks of storage. Asynchronous by contract: the event loop
 * never waits for a disk. Knows no room, no socket and no word of SQL.
 *
 * Document state is CRDT bytes only (Yjs v1 updates); the log of updates is the
 * truth, snapshots exist so that opening is fast. Times are milliseconds since
 * the Unix epoch. Every method rejects with `StoreError`.
 */

/** One accepted update in a document's log. */
export interface Entry {
  readonly documentId: string;
  /** 1, 2, 3 … without a gap for each document. */
  readonly seq: number;
  /** Id of the link it came in by, or a word for the server's own edits. */
  readonly author: string;
  readonly at: number;
  /** The update's bytes as they came over the wire. */
  readonly update: Uint8Array;
}

export interface DocumentRecord {
  readonly id: string;
  readonly createdAt: number;
  /** Time of the newest entry, or `createdAt` when there is none. */
  readonly updatedAt: number;
  readonly epoch: number;
}

export interface LinkRecord {
  readonly id: string;
  readonly documentId: string;
  readonly role: string;
  /** SHA-256 of the token; the token itself is stored nowhere. */
  readonly tokenHash: Uint8Array;
  readonly createdAt: number;
}

export interface NewDocument {
  readonly id: string;
  readonly createdAt: number;
  readonly links: readonly Omit<LinkRecord, "documentId">[];
  /** First entry of the log (seq 1), when the document starts with content. */
  readonly first?: { readonly author: string; readonly update: Uint8Array };
}

/** Everything needed to rebuild a document: apply `snapshot`, then each of `tail` in order. */
export interface StoredDocument {
  readonly epoch: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Of the newest entry; 0 for an empty log. */
  readonly seq: number;
  readonly snapshot: Uint8Array | undefined;
  /** Updates that the snapshot does not hold, oldest first. */
  readonly tail: readonly Uint8Array[];
}

export interface Store {
  /** A document, its links and its first entry, all or none. */
  create(document: NewDocument): Promise<void>;
  find(documentId: string): Promise<DocumentRecord | undefined>;
  findLink(tokenHash: Uint8Array): Promise<LinkRecord | undefined>;
  /** `undefined`: no such document. A document that cannot be read whole rejects, never comes back blank. */
  load(documentId: string): Promise<StoredDocument | undefined>;
  /**
   * Resolves when the batch is on disk (committed and fsynced), all or none.
   * The caller may not change the update bytes before that. Batches that arrive together share a commit.
   */
  append(batch: readonly Entry[]): Promise<void>;
  /** Fold the log up to and including `upTo` into a new snapshot. The log itself stays, every entry of it. */
  compact(documentId: string, upTo: number): Promise<void>;
  /** Idempotent; what was appended before is on disk when it resolves. */
  close(): Promise<void>;
}

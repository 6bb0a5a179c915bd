/**
 * What a store has to offer beyond `Store` when several nodes write to it. Nobody owns a
 * document: each node appends, the store alone decides the order, and a room that holds a
 * log up to some number finds out what others have written after it.
 */
import type { Store } from "./store.ts";

/** How far a document has come, whoever wrote it. */
export interface Head {
  readonly id: string;
  /** Of the newest entry of its log; 0 for an empty one. */
  readonly seq: number;
  readonly epoch: number;
  /**
   * Grows whenever something is changed of who may do what with the document: a link added, changed,
   * revoked or given a new password, the document put into the trash or taken out, a loss accepted.
   */
  readonly access: number;
}

/** An entry as the log has it. */
export interface LoggedEntry {
  readonly seq: number;
  readonly author: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly update: Uint8Array;
}

export interface SharedStore extends Store {
  /** Of those of them that there are, in any order; in one question, however many. */
  heads(documentIds: readonly string[]): Promise<readonly Head[]>;
  /**
   * The entries that follow `after`, oldest first and without a gap, some at least where there are
   * any. Damaged ones are left out, and count as read.
   * @param mostBytes About so many bytes of updates; the rest is asked for again.
   */
  entriesAfter(documentId: string, after: number, mostBytes: number): Promise<LogStretch>;
}

/** A piece of a log. */
export interface LogStretch {
  readonly entries: readonly LoggedEntry[];
  /** Everything up to and including this number was looked at. */
  readonly upTo: number;
}

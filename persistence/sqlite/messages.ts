/** What client and thread of the SQLite store say to each other. */
import type { DocumentRecord, Entry, LinkRecord, NewDocument, StoredDocument } from "../store.ts";
import type { StoreErrorCode } from "../store-error.ts";
import type { Packed } from "./packing.ts";

/** The entries of a group's batches without their bytes, which travel packed. */
export type EntryHead = Omit<Entry, "update">;

/** Each call with its arguments and its answer. */
export interface Calls {
  create: { args: [NewDocument]; answer: void };
  find: { args: [documentId: string]; answer: DocumentRecord | undefined };
  findLink: { args: [tokenHash: Uint8Array]; answer: LinkRecord | undefined };
  load: { args: [documentId: string]; answer: PackedDocument | undefined };
  append: { args: [batches: EntryHead[][], updates: Packed]; answer: (Failure | undefined)[] };
  compact: { args: [documentId: string, upTo: number]; answer: void };
  close: { args: []; answer: void };
}

export type CallName = keyof Calls;

export interface PackedDocument extends Omit<StoredDocument, "snapshot" | "tail"> {
  /** The snapshot, if `hasSnapshot`, and then the tail. */
  readonly updates: Packed;
  readonly hasSnapshot: boolean;
}

/** A StoreError as data. */
export interface Failure {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

export interface Question {
  readonly id: number;
  readonly call: CallName;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: Failure };

/** Where the thread finds its folder. */
export interface ThreadOptions {
  readonly dataDir: string;
}

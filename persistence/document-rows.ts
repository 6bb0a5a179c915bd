/**
 * What a store holds, row by row, for moving it to a store of another kind: the tables
 * that both have alike, and how rows are read and written. Knows no dialect of SQL.
 */
import type { Attachments } from "./attachments.ts";
import type { StoredDocument } from "./store.ts";

/** An update that lies in a run, with its author's name. */
export interface RunEntry {
  readonly seq: number;
  readonly author: string;
  readonly at: number;
  readonly checksum: number;
  readonly bytes: Uint8Array;
}

/** Numbers are whole. The bytes of a run are what it holds, unless it is damaged. */
export type Value = string | number | Uint8Array | null | readonly RunEntry[];

/** By the names of columns; with the key of the document that it belongs to, 0 for none. */
export type Row = Readonly<Record<string, Value>> & { readonly document: number };

/** One table that is moved. */
export interface Part {
  readonly table: string;
  readonly columns: readonly string[];
  /** With `document` an order that leaves no choice. */
  readonly order: string;
  /** Which column has the document's key; none: the rows belong to the store as a whole. */
  readonly document?: string;
  /** The column that names a row of another table, which has the document's key as `document`. */
  readonly via?: { readonly column: string; readonly table: string };
}

/** What belongs to no document. */
export const SECRETS: Part = { table: "secrets", columns: ["name", "bytes"], order: "name" };

/** How the columns of what has a checksum end. */
const LOGGED = ["checksum", "bytes"];

/** What documents consist of, in an order in which no row names one that comes later. */
export const DOCUMENT_PARTS: readonly Part[] = [
  {
    table: "documents",
    columns: ["key", "id", "created_at", "epoch", "loss_accepted", "deleted_at"],
    order: "key",
    document: "key",
  },
  {
    table: "links",
    columns: [
      "document",
      "id",
      "role",
      "token_hash",
      "created_at",
      "label",
      "expires_at",
      "password",
      "max_uses",
      "uses",
      "last_used_at",
      "revoked_at",
    ],
    order: "id",
    document: "document",
  },
  {
    table: "claims",
    columns: ["token_hash", "link", "created_at", "has_ended"],
    order: "token_hash",
    via: { column: "link", table: "links" },
  },
  {
    table: "updates",
    columns: ["document", "seq", "author", "at", ...LOGGED],
    order: "seq",
    document: "document",
  },
  {
    table: "runs",
    columns: ["document", "first", "last", ...LOGGED],
    order: "last",
    document: "document",
  },
  {
    table: "snapshots",
    columns: ["document", "seq", ...LOGGED],
    order: "seq",
    document: "document",
  },
  {
    table: "webhooks",
    columns: [
      "document",
      "id",
      "url",
      "events",
      "secret",
      "origin",
      "created_at",
      "disabled_at",
      "told_seq",
      "told_deleted_at",
      "failures",
      "rest_until",
      "next_at",
    ],
    order: "id",
    document: "document",
  },
  {
    table: "deliveries",
    columns: ["key", "id", "webhook", "event", "at", "body", "attempts", "next_at"],
    order: "key",
    via: { column: "webhook", table: "webhooks" },
  },
];

/** Documents whose keys are no lower and no higher. */
export interface KeyRange {
  readonly from: number;
  readonly to: number;
}

/** A document as it is counted before it is moved. */
export interface HeldDocument {
  readonly key: number;
  readonly id: string;
  /** Of its log and its snapshot, as they are stored. */
  readonly bytes: number;
}

/** A store as rows, which nobody else writes to meanwhile. */
export interface RowReader {
  /** What a person knows it by; holds no secret. */
  readonly name: string;
  readonly attachments: Attachments;
  /** In the order of their keys. */
  documents(): Promise<readonly HeldDocument[]>;
  /** In order, in pieces; of what belongs to no document all of them. */
  rows(part: Part, range: KeyRange): AsyncIterable<readonly Row[]>;
  /** As a server would open it. */
  load(documentId: string): Promise<StoredDocument | undefined>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A store that rows are brought to. No server starts on it between `begin` and `finish`. */
export interface RowWriter extends RowReader {
  /** Whether it was begun with and not finished. */
  isUnfinished(): Promise<boolean>;
  /** Once more is possible. Of a store without documents it clears away what they left behind. */
  begin(): Promise<void>;
  /** All that is written meanwhile, or nothing of it. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** In a transaction. What is there already with this key stays as it is. */
  write(part: Part, rows: readonly Row[]): Promise<void>;
  /** In a transaction: all rows of these documents. */
  remove(range: KeyRange): Promise<void>;
  /** In a transaction, once all rows of these documents are there. */
  settle(range: KeyRange): Promise<void>;
  finish(): Promise<void>;
}

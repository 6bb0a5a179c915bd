/**
 * What client and thread of the SQLite store say to each other: plain data, numbered
 * by the client, answered in the order it was asked. Knows neither side.
 */
import type {
  Claim,
  DeletedDocument,
  DocumentRecord,
  FoundLink,
  LinkChanges,
  LinkRecord,
  LinkUse,
  ListedDocument,
  NewDocument,
  NewLink,
  StoredDocument,
} from "../store.ts";
import type {
  DeliveryRecord,
  DueDelivery,
  NewWebhook,
  NextDeliveries,
  Settlement,
  Telling,
  WebhookRecord,
} from "../webhooks.ts";
import type { Tally } from "./document-list.ts";
import type { NewStretch } from "./log-writer.ts";
import type { Packed } from "../packing.ts";
import type { UpdateRow } from "../run.ts";
import type { Removal } from "./removal-steps.ts";
import type { Failure } from "../failure.ts";

/** A stretch of a log without its bytes, which travel packed. */
export type StretchHead = Omit<NewStretch, "updates">;

/** Each call with its arguments and its answer. */
export interface Calls {
  create: { args: [NewDocument]; answer: void };
  find: { args: [documentId: string]; answer: DocumentRecord | undefined };
  findLink: { args: [tokenHash: Uint8Array]; answer: FoundLink | undefined };
  links: { args: [documentId: string]; answer: readonly LinkRecord[] };
  addLink: { args: [documentId: string, link: NewLink]; answer: void };
  changeLink: {
    args: [documentId: string, linkId: string, changes: LinkChanges];
    answer: LinkRecord | undefined;
  };
  claimLink: { args: [Claim]; answer: boolean };
  countUses: { args: [readonly LinkUse[]]; answer: void };
  secret: { args: [name: string]; answer: Uint8Array };
  load: { args: [documentId: string]; answer: PackedDocument | undefined };
  /** Answers, for each batch, the number of the first update of each of its stretches. */
  append: {
    args: [batches: StretchHead[][], updates: Packed];
    answer: (Failure | readonly number[])[];
  };
  acceptLoss: { args: [documentId: string, upTo: number]; answer: void };
  setDeleted: {
    args: [documentId: string, deletedAt: number | null, since: number | undefined];
    answer: boolean;
  };
  deletedBefore: {
    args: [before: number, most: number, after: DeletedDocument | undefined];
    answer: readonly DeletedDocument[];
  };
  removalStep: { args: [documentId: string, before: number]; answer: Removal };
  addWebhook: { args: [documentId: string, webhook: NewWebhook, most: number]; answer: boolean };
  webhooks: { args: [documentId: string]; answer: readonly WebhookRecord[] };
  webhooksAfter: { args: [id: string, most: number]; answer: readonly WebhookRecord[] };
  removeWebhook: { args: [documentId: string, webhookId: string]; answer: boolean };
  tellWebhooks: { args: [readonly Telling[], inFlight: readonly string[]]; answer: boolean };
  nextDeliveries: { args: [NextDeliveries]; answer: readonly DueDelivery[] };
  settleDelivery: { args: [Settlement]; answer: void };
  deliveries: { args: [webhookId: string, since: number]; answer: readonly DeliveryRecord[] };
  list: { args: [before: number, most: number]; answer: readonly ListedDocument[] };
  describe: { args: [documentIds: readonly string[]]; answer: readonly ListedDocument[] };
  tally: { args: [before: number]; answer: Tally };
  compactionBase: { args: [documentId: string, upTo: number]; answer: CompactionBase };
  readTail: { args: [documentId: string, from: number, upTo: number]; answer: TailPiece };
  putSnapshot: { args: [documentId: string, from: number, snapshot: UpdateRow]; answer: void };
  packRun: { args: [documentId: string, after: number]; answer: number | undefined };
  close: { args: []; answer: void };
}

/** Everything the thread can be asked. */
export type CallName = keyof Calls;

/** A stored document as it travels. */
export interface PackedDocument extends Omit<StoredDocument, "snapshot" | "tail"> {
  /** The snapshot, if `hasSnapshot`, and then the tail. */
  readonly updates: Packed;
  readonly hasSnapshot: boolean;
}

/** What a compaction starts from. */
export interface CompactionBase {
  /** Number of the newest snapshot, 0 for none. */
  readonly from: number;
  /** Number up to which `updates` goes; the tail follows. */
  readonly tailFrom: number;
  /** How far it goes; the same as `from` when there is nothing to fold. */
  readonly upTo: number;
  /** The newest snapshot, if there is one that is as it was written. */
  readonly updates: Packed;
}

/** Some of the updates that a compaction folds. */
export interface TailPiece {
  readonly updates: Packed;
  /** Number of the last one that was looked at. */
  readonly upTo: number;
}

/** The client counts its questions from 1: 0 is the thread's word that it has opened, or why not. */
export interface Question {
  readonly id: number;
  readonly call: CallName;
  readonly args: readonly unknown[];
}

/** To the question of the same id. */
export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: Failure };

/** What the thread is started with. */
export interface ThreadOptions {
  readonly dataDir: string;
  /** Largest size of the database file, in bytes; undefined: none. */
  readonly maxBytes: number | undefined;
}

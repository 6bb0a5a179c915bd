/**
 * What the server asks of storage. Asynchronous by contract: the event loop
 * never waits for a disk. Knows no room, no socket and no word of SQL.
 *
 * Document state is CRDT bytes only (Yjs v1 updates); the log of updates is the
 * truth, snapshots exist so that opening is fast. Times are milliseconds since
 * the Unix epoch. Every method rejects with `StoreError`.
 */
import type { WebhookStore } from "./webhooks.ts";

/** One accepted update on its way into a document's log. */
export interface Entry {
  readonly documentId: string;
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

/** A document as it stands in the list of all. */
export interface ListedDocument extends DocumentRecord {
  /** Of each another, and the later it was made the higher. */
  readonly place: number;
  /** Of the newest entry of its log; 0 for an empty one. */
  readonly seq: number;
  /** When it was put into the trash; null: it is not there. */
  readonly deletedAt: number | null;
}

/** What a store holds, all of it together. */
export interface Totals {
  /** Those in the trash too. */
  readonly documents: number;
  readonly inTrash: number;
  /** Those that were not revoked, owners' own among them. */
  readonly links: number;
  /** Entries of all logs. */
  readonly edits: number;
  /** What all of it takes where it is kept. */
  readonly bytes: number;
}

export interface LinkRecord {
  readonly id: string;
  readonly documentId: string;
  readonly role: string;
  /** SHA-256 of the token; the token itself is stored nowhere. */
  readonly tokenHash: Uint8Array;
  readonly createdAt: number;
  /** Its owner's word for it; empty: none. */
  readonly label: string;
  /** It opens nothing from then on. */
  readonly expiresAt: number | null;
  /** Of which it must be exchanged for a token of one's own; as `hashPassword` wrote it. */
  readonly password: string | null;
  /** How often it may be exchanged; with a number it opens nothing by itself. */
  readonly maxUses: number | null;
  /** How often it was opened by its own token. */
  readonly uses: number;
  /** How many tokens that it was exchanged for still hold. */
  readonly claims: number;
  readonly lastUsedAt: number | null;
  /** It opens nothing any more, for good. */
  readonly revokedAt: number | null;
}

/** A link as it is made. */
export type NewLink = Omit<
  LinkRecord,
  "documentId" | "uses" | "claims" | "lastUsedAt" | "revokedAt"
>;

/** What of a link can be changed; what is not named stays. */
export type LinkChanges = Partial<
  Pick<LinkRecord, "role" | "label" | "expiresAt" | "password" | "maxUses" | "revokedAt">
>;

/** A link by one of its tokens. */
export interface FoundLink extends LinkRecord {
  /** Whether the token is one that the link was exchanged for, and still holds. */
  readonly isClaimed: boolean;
  /** When the document was put into the trash; null: it is not there. */
  readonly documentDeletedAt: number | null;
  /** As in `Head` of a shared store, when the link was looked up; 0 where no other process could change it. */
  readonly access: number;
}

/** A link is exchanged for a token. */
export interface Claim {
  readonly linkId: string;
  readonly tokenHash: Uint8Array;
  readonly at: number;
}

export interface LinkUse {
  readonly linkId: string;
  readonly count: number;
  /** Of the newest. */
  readonly at: number;
}

/** One that is in the trash. */
export interface DeletedDocument {
  readonly id: string;
  /** 0: `purge` has begun with it. */
  readonly deletedAt: number;
}

export interface NewDocument {
  readonly id: string;
  readonly createdAt: number;
  readonly links: readonly NewLink[];
  /** First entry of the log (seq 1), when the document starts with content. */
  readonly first?: { readonly author: string; readonly update: Uint8Array };
}

/** What of a document is not as it was written. It is set aside, and stays stored for whoever can repair it. */
export interface Damage {
  /** How many updates are missing from what was loaded and may be missing from the text; 0: nothing is lost. */
  readonly updates: number;
  /** Whether the snapshot is damaged; what was loaded was put together from the log instead. */
  readonly snapshot: boolean;
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
  readonly damage: Damage | undefined;
}

export interface Store extends WebhookStore {
  /** A document, its links and its first entry, all or none. */
  create(document: NewDocument): Promise<void>;
  find(documentId: string): Promise<DocumentRecord | undefined>;
  /** By the link's own token, or by one that it was exchanged for; also when it was revoked. */
  findLink(tokenHash: Uint8Array): Promise<FoundLink | undefined>;
  /** In the order of their creation, without those that were revoked. */
  links(documentId: string): Promise<readonly LinkRecord[]>;
  addLink(documentId: string, link: NewLink): Promise<void>;
  /**
   * Answers the changed link, `undefined` for none of this document that is not revoked.
   * A new password ends the tokens that the link was exchanged for.
   */
  changeLink(
    documentId: string,
    linkId: string,
    changes: LinkChanges,
  ): Promise<LinkRecord | undefined>;
  /** Exchange a link for a token and count that, once for each token; false when none is left. */
  claimLink(claim: Claim): Promise<boolean>;
  countUses(uses: readonly LinkUse[]): Promise<void>;
  /** A random key of this store, made when it is first asked for; the same ever after. */
  secret(name: string): Promise<Uint8Array>;
  /**
   * `undefined`: no such document. Every update that is as it was written is there, and
   * `damage` tells of the others. A document whose rows cannot be read at all rejects, never comes back blank.
   */
  load(documentId: string): Promise<StoredDocument | undefined>;
  /**
   * Resolves when the batch is on disk (committed and fsynced), all or none, with the number that each
   * entry has in the log of its document: 1, 2, 3 … without a gap, in the order of commit. What a batch
   * holds of one document has numbers that follow each other. The caller may not change the update
   * bytes before that. Batches that arrive together share a commit.
   */
  append(batch: readonly Entry[]): Promise<readonly number[]>;
  /**
   * Fold the log up to and including `upTo` into a new snapshot. The log itself stays, every entry of it.
   * Rejects with `corrupt` while updates are lost that nobody has accepted: it would hide the loss.
   */
  compact(documentId: string, upTo: number): Promise<void>;
  /** What is lost up to and including `upTo` is made good or given up: `load` tells of it no more. */
  acceptLoss(documentId: string, upTo: number): Promise<void>;
  /**
   * Put a document into the trash, or with null take it out again. Nothing else of it changes.
   * Answers false, and changes nothing, when it has been in the trash since before `since`, or
   * when `purge` has begun with it.
   */
  setDeleted(documentId: string, deletedAt: number | null, since?: number): Promise<boolean>;
  /**
   * Documents that were deleted before then, the longest ago first, and by id where that is the same.
   * @param after Where an earlier answer ended.
   */
  deletedBefore(
    before: number,
    most: number,
    after?: DeletedDocument,
  ): Promise<readonly DeletedDocument[]>;
  /**
   * Remove a document for good, with its log, its links and its webhooks, if it was deleted before
   * then and has not been taken out since. Answers whether it was removed. Takes as long as there is
   * much of it, and lets others come in between; one that was cut off is gone on with by the next.
   */
  purge(documentId: string, before: number): Promise<boolean>;
  /** Documents of lower places, the newest first; those in the trash too. */
  list(before: number, most: number): Promise<readonly ListedDocument[]>;
  /** Those of them that there are, in the order in which they are named. */
  describe(documentIds: readonly string[]): Promise<readonly ListedDocument[]>;
  /** Counted in small steps: what is written meanwhile may be in it or not. */
  totals(): Promise<Totals>;
  /** Idempotent; what was appended before is on disk when it resolves. */
  close(): Promise<void>;
}

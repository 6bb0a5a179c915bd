/**
 * What the store keeps of webhooks: whom to tell, what of a document they were told of, and
 * the outbox of what is on its way to them. Knows no HTTP and no word for an event.
 */

/** A webhook as it is made. */
export interface NewWebhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  /** Kept as it is: whoever signs needs it. */
  readonly secret: string;
  /** Under which its owner knows this server. */
  readonly origin: string;
  readonly createdAt: number;
}

/** A webhook with what its document is now, and what of that it was told of. */
export interface WebhookRecord extends NewWebhook {
  readonly documentId: string;
  /** Its receiver wants no more; null: it is told. */
  readonly disabledAt: number | null;
  /** Of the document's newest entry. */
  readonly seq: number;
  readonly toldSeq: number;
  /** When the document was put into the trash; null: it is not there. */
  readonly deletedAt: number | null;
  readonly toldDeletedAt: number | null;
}

/** Something to be told, once and for all as it is sent. */
export interface NewDelivery {
  readonly id: string;
  readonly event: string;
  readonly at: number;
  readonly body: string;
}

/** One try to deliver. */
export interface Attempt {
  readonly at: number;
  /** HTTP status that was answered; null: there was no answer. */
  readonly status: number | null;
  /** A word for why there was none. */
  readonly error: string | null;
  readonly milliseconds: number;
  /** How the answer begins. */
  readonly answer: string;
}

export interface DeliveryRecord extends NewDelivery {
  readonly attempts: readonly Attempt[];
  /** When it is tried next; null: it is delivered or given up. */
  readonly nextAt: number | null;
}

/** A delivery with what is needed to make it. */
export interface DueDelivery extends DeliveryRecord {
  readonly webhookId: string;
  readonly documentId: string;
  readonly url: string;
  readonly secret: string;
  /** Attempts of this webhook that failed one after another, of whatever delivery. */
  readonly failures: number;
  /** Not before then. */
  readonly dueAt: number;
}

/** What a webhook is told, and what it knows of its document from then on. */
export interface Telling {
  readonly webhookId: string;
  /** What it knew when this was made up … */
  readonly toldSeq: number;
  readonly toldDeletedAt: number | null;
  /** … and what it knows once it was told. */
  readonly seq: number;
  readonly deletedAt: number | null;
  readonly deliveries: readonly NewDelivery[];
}

/** What became of an attempt. */
export interface Settlement {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly attempts: readonly Attempt[];
  readonly nextAt: number | null;
  readonly failures: number;
  /** The webhook is left alone until then. */
  readonly restUntil: number;
  /** It is told nothing any more from then on; null: it is. */
  readonly disabledAt: number | null;
}

export interface NextDeliveries {
  /** Of webhooks whose last attempt failed, or of all others. */
  readonly failing: boolean;
  readonly most: number;
  /** What is due by then is for whoever asks to deliver. Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Ids of webhooks that are left out: something is on its way to them. */
  readonly busy: readonly string[];
}

/** How many deliveries of a webhook are kept, the newest ones. */
export const KEPT_DELIVERIES = 100;

/** The part of a store that is about webhooks. They end with their document. */
export interface WebhookStore {
  /** False when the document has `most` already. It counts as told of all that is there. */
  addWebhook(documentId: string, webhook: NewWebhook, most: number): Promise<boolean>;
  /** In the order of their creation. */
  webhooks(documentId: string): Promise<readonly WebhookRecord[]>;
  /** Of all documents, in the order of their ids, beginning after one. */
  webhooksAfter(id: string, most: number): Promise<readonly WebhookRecord[]>;
  /** With its deliveries. False when this document has no such webhook. */
  removeWebhook(documentId: string, webhookId: string): Promise<boolean>;
  /**
   * All or none. A webhook that was told something else meanwhile, has ended or is gone is left out,
   * and false is answered: there may be more to tell it. What waits with the
   * same event and was never tried is replaced, unless it is on its way: one of `inFlight`, or what
   * another node is to deliver.
   */
  tellWebhooks(tellings: readonly Telling[], inFlight: readonly string[]): Promise<boolean>;
  /**
   * One for each webhook that has something to be told, the first due first. Where several nodes
   * share a store, what is due is answered to one of them and kept from the others: until it is
   * settled, or for so long that this node must have ended.
   */
  nextDeliveries(which: NextDeliveries): Promise<readonly DueDelivery[]>;
  /** Nothing happens for what has been removed meanwhile. */
  settleDelivery(settlement: Settlement): Promise<void>;
  /** Of events since then, newest first. */
  deliveries(webhookId: string, since: number): Promise<readonly DeliveryRecord[]>;
}

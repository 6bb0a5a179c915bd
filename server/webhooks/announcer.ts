/**
 * Writes into the outbox what the webhooks of a document have yet to be told of it, as the store
 * knows both: so nothing is forgotten, whatever happened in between. Sends nothing.
 */
import pLimit from "p-limit";
import type { WebhookEvent, WebhookPayload } from "#protocol/rest-webhooks.ts";
import type {
  NewDelivery,
  Telling,
  WebhookRecord,
  WebhookStore,
} from "../../persistence/webhooks.ts";
import type { Rooms } from "../rooms.ts";
import { newDeliveryId, newsFor } from "./webhook.ts";

/** Documents that are looked at, and opened, at once. */
const MOST_AT_ONCE = 4;

/** What a receiver is told of the document itself. */
type Summary = Omit<WebhookPayload["data"], "url">;

export interface AnnouncerOptions {
  readonly store: Pick<WebhookStore, "webhooks" | "tellWebhooks">;
  readonly rooms: Pick<Rooms, "open">;
  readonly publicUrl: string | undefined;
  readonly now: () => number;
  /** Ids of deliveries that are being sent. */
  readonly inFlight: () => readonly string[];
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #limit = pLimit(MOST_AT_ONCE);
  /** The last announcement of each document: the next one waits for it. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Answers whether the document has webhooks. Rejects with what the store or the room says. */
  announce(documentId: string): Promise<boolean> {
    const before = this.#underWay.get(documentId) ?? Promise.resolve();
    const turn = before
      .catch(() => undefined)
      .then(() => this.#limit(() => this.#announce(documentId)));
    const tidied = turn.finally(() => {
      if (this.#underWay.get(documentId) === tidied) this.#underWay.delete(documentId);
    });
    this.#underWay.set(documentId, tidied);
    return tidied;
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }

  async #announce(documentId: string): Promise<boolean> {
    const { store, inFlight } = this.#options;
    const webhooks = await store.webhooks(documentId);
    const untold = webhooks.filter((webhook) => newsFor(webhook).length > 0);
    if (untold.length === 0) return webhooks.length > 0;
    const isWanted = untold.some((webhook) => wanted(webhook).length > 0);
    const summary = isWanted ? await this.#summaryOf(documentId) : undefined;
    const tellings = untold.map((webhook) => this.#telling(webhook, summary));
    const areTold = await store.tellWebhooks(tellings, inFlight());
    // Another node may have told less than this one knows.
    return areTold || this.#announce(documentId);
  }

  async #summaryOf(id: string): Promise<Summary> {
    const lease = await this.#options.rooms.open(id);
    try {
      const { title } = await lease.room.read();
      return { id, title, updatedAt: new Date(lease.room.updatedAt).toISOString() };
    } finally {
      lease.release();
    }
  }

  #telling(webhook: WebhookRecord, summary: Summary | undefined): Telling {
    const { id: webhookId, seq, toldSeq, deletedAt, toldDeletedAt } = webhook;
    const deliveries = summary
      ? wanted(webhook).map((type) => this.#delivery(type, webhook, summary))
      : [];
    // What was written before it was deleted is told when it is restored.
    const known = { seq: deletedAt === null ? seq : toldSeq, deletedAt };
    return { webhookId, toldSeq, toldDeletedAt, ...known, deliveries };
  }

  #delivery(type: WebhookEvent, { origin }: WebhookRecord, summary: Summary): NewDelivery {
    const { publicUrl, now } = this.#options;
    const at = now();
    const url = `${publicUrl ?? origin}/d/${summary.id}`;
    const timestamp = new Date(at).toISOString();
    const payload: WebhookPayload = { type, timestamp, data: { ...summary, url } };
    return { id: newDeliveryId(), event: type, at, body: JSON.stringify(payload) };
  }
}

/** Of its news what it asked for. */
function wanted(webhook: WebhookRecord): WebhookEvent[] {
  return newsFor(webhook).filter((event) => webhook.events.includes(event));
}

/** The webhooks of the memory store. What it takes and answers is not changed by anybody. */
import {
  type DeliveryRecord,
  type DueDelivery,
  KEPT_DELIVERIES,
  type NewDelivery,
  type NewWebhook,
  type NextDeliveries,
  type Settlement,
  type Telling,
  type WebhookRecord,
} from "./webhooks.ts";
import { StoreError } from "./store-error.ts";

/** What a document is now, as far as webhooks are told of it. */
type Present = Pick<WebhookRecord, "seq" | "deletedAt">;

interface Kept {
  record: Omit<WebhookRecord, keyof Present>;
  failures: number;
  restUntil: number;
  /** Oldest first. */
  deliveries: DeliveryRecord[];
}

export class MemoryWebhooks {
  readonly #kept = new Map<string, Kept>();
  readonly #presentOf: (documentId: string) => Present | undefined;

  /** @param presentOf Undefined for no such document. */
  constructor(presentOf: (documentId: string) => Present | undefined) {
    this.#presentOf = presentOf;
  }

  add(documentId: string, webhook: NewWebhook, most: number): boolean {
    if (this.#ofDocument(documentId).length >= most) return false;
    const present = this.#presentOf(documentId);
    if (!present) throw new StoreError("conflict", `there is no document ${documentId}`);
    const told = { toldSeq: present.seq, toldDeletedAt: present.deletedAt };
    const record = { ...webhook, ...told, documentId, disabledAt: null };
    this.#kept.set(webhook.id, { record, failures: 0, restUntil: 0, deliveries: [] });
    return true;
  }

  ofDocument(documentId: string): WebhookRecord[] {
    const records = this.#ofDocument(documentId).map((kept) => this.#recordOf(kept));
    return records.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  after(id: string, most: number): WebhookRecord[] {
    const later = [...this.#kept.values()].filter(({ record }) => record.id > id);
    const ordered = later.toSorted((a, b) => (a.record.id < b.record.id ? -1 : 1));
    return ordered.slice(0, most).map((kept) => this.#recordOf(kept));
  }

  remove(documentId: string, webhookId: string): boolean {
    const isOfDocument = this.#kept.get(webhookId)?.record.documentId === documentId;
    return isOfDocument && this.#kept.delete(webhookId);
  }

  removeAll(documentId: string): void {
    for (const { record } of this.#ofDocument(documentId)) this.#kept.delete(record.id);
  }

  tell(tellings: readonly Telling[], inFlight: readonly string[]): boolean {
    return tellings.map((telling) => this.#tellOne(telling, inFlight)).every(Boolean);
  }

  #tellOne(telling: Telling, inFlight: readonly string[]): boolean {
    const { webhookId, toldSeq, toldDeletedAt, seq, deletedAt, deliveries } = telling;
    const kept = this.#kept.get(webhookId);
    if (!kept || kept.record.disabledAt !== null) return false;
    const { record } = kept;
    if (record.toldSeq !== toldSeq || record.toldDeletedAt !== toldDeletedAt) return false;
    kept.record = { ...record, toldSeq: seq, toldDeletedAt: deletedAt };
    for (const delivery of deliveries) enqueue(kept, delivery, inFlight);
    kept.deliveries = kept.deliveries.slice(-KEPT_DELIVERIES);
    return true;
  }

  next({ failing, most, busy }: NextDeliveries): DueDelivery[] {
    const kept = [...this.#kept.values()].filter(
      ({ failures, record }) => failures > 0 === failing && !busy.includes(record.id),
    );
    const due = kept.flatMap((each) => nextOf(each) ?? []);
    return due.toSorted((a, b) => a.dueAt - b.dueAt).slice(0, most);
  }

  settle({ webhookId, deliveryId, ...outcome }: Settlement): void {
    const kept = this.#kept.get(webhookId);
    if (!kept) return;
    const { attempts, nextAt, failures, restUntil, disabledAt } = outcome;
    kept.record = { ...kept.record, disabledAt: kept.record.disabledAt ?? disabledAt };
    Object.assign(kept, { failures, restUntil });
    kept.deliveries = kept.deliveries.map((each) => {
      const settled = each.id === deliveryId ? { attempts, nextAt } : {};
      return Object.assign({}, each, settled, disabledAt !== null && { nextAt: null });
    });
  }

  deliveries(webhookId: string, since: number): DeliveryRecord[] {
    const all = this.#kept.get(webhookId)?.deliveries ?? [];
    return all.filter(({ at }) => at >= since).toReversed();
  }

  #ofDocument(documentId: string): Kept[] {
    return [...this.#kept.values()].filter(({ record }) => record.documentId === documentId);
  }

  #recordOf({ record }: Kept): WebhookRecord {
    return { ...record, ...(this.#presentOf(record.documentId) ?? { seq: 0, deletedAt: null }) };
  }
}

function enqueue(kept: Kept, delivery: NewDelivery, inFlight: readonly string[]): void {
  const isReplaced = ({ id, event, nextAt, attempts }: DeliveryRecord) =>
    event === delivery.event && nextAt !== null && attempts.length === 0 && !inFlight.includes(id);
  kept.deliveries = kept.deliveries.filter((each) => !isReplaced(each));
  kept.deliveries.push({ ...delivery, attempts: [], nextAt: delivery.at });
}

function nextOf({ record, deliveries, failures, restUntil }: Kept): DueDelivery | undefined {
  const waiting = deliveries.filter(({ nextAt }) => nextAt !== null);
  const [first] = waiting.toSorted((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0));
  if (!first) return undefined;
  const { id: webhookId, documentId, url, secret } = record;
  const dueAt = Math.max(first.nextAt ?? 0, restUntil);
  return { ...first, webhookId, documentId, url, secret, failures, dueAt };
}

/**
 * The store's contract in memory, for tests: nothing outlives the process. Copies bytes
 * on their way in and out, so that no caller can change what is stored.
 */
import { randomBytes } from "node:crypto";
import { MemoryLinks } from "./memory-links.ts";
import { MemoryWebhooks } from "./memory-webhooks.ts";
import { foldUpdates } from "./snapshot.ts";
import type {
  Claim,
  DeletedDocument,
  DocumentRecord,
  Entry,
  FoundLink,
  LinkChanges,
  LinkRecord,
  LinkUse,
  ListedDocument,
  NewDocument,
  NewLink,
  Store,
  StoredDocument,
  Totals,
} from "./store.ts";
import { StoreError } from "./store-error.ts";
import type { NewWebhook, NextDeliveries, Settlement, Telling } from "./webhooks.ts";

const SECRET_BYTES = 32;

interface Kept extends Omit<DocumentRecord, "updatedAt"> {
  readonly place: number;
  readonly log: Omit<Entry, "documentId">[];
  deletedAt: number | null;
  snapshot: { readonly seq: number; readonly bytes: Uint8Array } | undefined;
}

/** A new, empty store. */
export function openMemoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly #documents = new Map<string, Kept>();
  readonly #links = new MemoryLinks();
  readonly #webhooks = new MemoryWebhooks((documentId) => {
    const kept = this.#documents.get(documentId);
    return kept && { seq: kept.log.length, deletedAt: kept.deletedAt };
  });
  readonly #secrets = new Map<string, Uint8Array>();
  #places = 0;
  #isClosed = false;

  async create({ id, createdAt, links, first }: NewDocument): Promise<void> {
    this.#demandOpen();
    if (this.#documents.has(id)) throw conflict(`document ${id} exists`);
    this.#links.demandNew(links);
    const log = first ? [copy({ ...first, documentId: id, at: createdAt })] : [];
    const place = (this.#places += 1);
    const never = { snapshot: undefined, deletedAt: null };
    this.#documents.set(id, { id, place, createdAt, epoch: 1, log, ...never });
    for (const link of links) this.#links.add(id, link);
  }

  async find(documentId: string): Promise<DocumentRecord | undefined> {
    this.#demandOpen();
    const kept = this.#documents.get(documentId);
    return kept && recordOf(kept);
  }

  async findLink(tokenHash: Uint8Array): Promise<FoundLink | undefined> {
    this.#demandOpen();
    const link = this.#links.find(tokenHash);
    const documentDeletedAt = this.#documents.get(link?.documentId ?? "")?.deletedAt ?? null;
    return link && { ...link, documentDeletedAt, access: 0 };
  }

  async links(documentId: string): Promise<readonly LinkRecord[]> {
    this.#demandOpen();
    return this.#links.ofDocument(documentId);
  }

  async addLink(documentId: string, link: NewLink): Promise<void> {
    this.#demandOpen();
    if (!this.#documents.has(documentId)) throw conflict(`there is no document ${documentId}`);
    this.#links.demandNew([link]);
    this.#links.add(documentId, link);
  }

  async changeLink(documentId: string, linkId: string, changes: LinkChanges) {
    this.#demandOpen();
    return this.#links.change(documentId, linkId, changes);
  }

  async claimLink(claim: Claim): Promise<boolean> {
    this.#demandOpen();
    return this.#links.claim(claim);
  }

  async countUses(uses: readonly LinkUse[]): Promise<void> {
    this.#demandOpen();
    this.#links.countUses(uses);
  }

  async secret(name: string): Promise<Uint8Array> {
    this.#demandOpen();
    const secret = this.#secrets.get(name) ?? randomBytes(SECRET_BYTES);
    this.#secrets.set(name, secret);
    return secret;
  }

  async load(documentId: string): Promise<StoredDocument | undefined> {
    this.#demandOpen();
    const kept = this.#documents.get(documentId);
    if (!kept) return undefined;
    const { log } = kept;
    const tail = log.slice(kept.snapshot?.seq ?? 0).map(({ update }) => new Uint8Array(update));
    const snapshot = kept.snapshot && new Uint8Array(kept.snapshot.bytes);
    const { epoch, createdAt, updatedAt } = recordOf(kept);
    return { epoch, createdAt, updatedAt, seq: log.length, snapshot, tail, damage: undefined };
  }

  async append(batch: readonly Entry[]): Promise<readonly number[]> {
    this.#demandOpen();
    const logs = batch.map(({ documentId }) => {
      const kept = this.#documents.get(documentId);
      if (!kept) throw conflict(`there is no document ${documentId}`);
      return kept.log;
    });
    return batch.map((entry, index) => logs[index]?.push(copy(entry)) ?? 0);
  }

  async compact(documentId: string, upTo: number): Promise<void> {
    this.#demandOpen();
    const kept = this.#documents.get(documentId);
    if (!kept) throw conflict(`there is no document ${documentId}`);
    const from = kept.snapshot?.seq ?? 0;
    const seq = Math.min(upTo, kept.log.length);
    if (seq <= from) return;
    const updates = kept.log.slice(from, seq).map(({ update }) => update);
    kept.snapshot = { seq, bytes: foldUpdates(kept.snapshot?.bytes, updates) };
  }

  /** Memory is never damaged, so there is nothing to remember. */
  async acceptLoss(documentId: string): Promise<void> {
    this.#demandOpen();
    if (!this.#documents.has(documentId)) throw conflict(`there is no document ${documentId}`);
  }

  async setDeleted(
    documentId: string,
    deletedAt: number | null,
    since: number = 0,
  ): Promise<boolean> {
    this.#demandOpen();
    const kept = this.#documents.get(documentId);
    if (!kept) throw conflict(`there is no document ${documentId}`);
    if (wasDeleted(kept, since)) return false;
    kept.deletedAt = deletedAt;
    return true;
  }

  async deletedBefore(before: number, most: number, after?: DeletedDocument) {
    this.#demandOpen();
    const old = [...this.#documents.values()].filter((kept) => wasDeleted(kept, before));
    const byTime = old.map(({ id, deletedAt }) => ({ id, deletedAt: deletedAt ?? 0 }));
    const later = byTime.filter((one) => !after || inOrder(after, one) < 0);
    return later.toSorted(inOrder).slice(0, most);
  }

  async purge(documentId: string, before: number): Promise<boolean> {
    this.#demandOpen();
    const kept = this.#documents.get(documentId);
    if (!kept || !wasDeleted(kept, before)) return false;
    this.#links.removeAll(documentId);
    this.#webhooks.removeAll(documentId);
    return this.#documents.delete(documentId);
  }

  async addWebhook(documentId: string, webhook: NewWebhook, most: number) {
    this.#demandOpen();
    return this.#webhooks.add(documentId, webhook, most);
  }

  async webhooks(documentId: string) {
    this.#demandOpen();
    return this.#webhooks.ofDocument(documentId);
  }

  async webhooksAfter(id: string, most: number) {
    this.#demandOpen();
    return this.#webhooks.after(id, most);
  }

  async removeWebhook(documentId: string, webhookId: string) {
    this.#demandOpen();
    return this.#webhooks.remove(documentId, webhookId);
  }

  async tellWebhooks(tellings: readonly Telling[], inFlight: readonly string[]) {
    this.#demandOpen();
    return this.#webhooks.tell(tellings, inFlight);
  }

  async nextDeliveries(which: NextDeliveries) {
    this.#demandOpen();
    return this.#webhooks.next(which);
  }

  async settleDelivery(settlement: Settlement) {
    this.#demandOpen();
    this.#webhooks.settle(settlement);
  }

  async deliveries(webhookId: string, since: number) {
    this.#demandOpen();
    return this.#webhooks.deliveries(webhookId, since);
  }

  async list(before: number, most: number): Promise<readonly ListedDocument[]> {
    this.#demandOpen();
    const lower = [...this.#documents.values()].filter(({ place }) => place < before);
    return lower.toReversed().slice(0, most).map(listed);
  }

  async describe(documentIds: readonly string[]): Promise<readonly ListedDocument[]> {
    this.#demandOpen();
    return documentIds.flatMap((id) => this.#documents.get(id) ?? []).map(listed);
  }

  async totals(): Promise<Totals> {
    this.#demandOpen();
    const kept = [...this.#documents.values()];
    const updates = kept.flatMap(({ log }) => log.map(({ update }) => update));
    return {
      documents: kept.length,
      inTrash: kept.filter(({ deletedAt }) => deletedAt !== null).length,
      links: kept.flatMap(({ id }) => this.#links.ofDocument(id)).length,
      edits: updates.length,
      bytes: updates.reduce((sum, { length }) => sum + length, 0),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #demandOpen(): void {
    if (this.#isClosed) throw new StoreError("closed", "the store was closed");
  }
}

function recordOf({ id, createdAt, epoch, log }: Kept): DocumentRecord {
  return { id, createdAt, epoch, updatedAt: log.at(-1)?.at ?? createdAt };
}

function listed(kept: Kept): ListedDocument {
  const { place, deletedAt, log } = kept;
  return { ...recordOf(kept), place, deletedAt, seq: log.length };
}

function wasDeleted({ deletedAt }: Kept, before: number): boolean {
  return deletedAt !== null && deletedAt < before;
}

function inOrder(one: DeletedDocument, other: DeletedDocument): number {
  return one.deletedAt - other.deletedAt || (one.id < other.id ? -1 : Number(one.id > other.id));
}

function copy(entry: Entry): Entry {
  return { ...entry, update: new Uint8Array(entry.update) };
}

function conflict(message: string): StoreError {
  return new StoreError("conflict", message);
}

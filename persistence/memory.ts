/** The store's contract in memory, for tests: nothing outlives the process. */
import * as Y from "yjs";
import type { DocumentRecord, Entry, LinkRecord, NewDocument, Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

interface Kept extends Omit<DocumentRecord, "updatedAt"> {
  readonly log: Entry[];
  snapshot: { readonly seq: number; readonly bytes: Uint8Array } | undefined;
}

export function openMemoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly #documents = new Map<string, Kept>();
  readonly #links: LinkRecord[] = [];
  #isClosed = false;

  async create({ id, createdAt, links, first }: NewDocument): Promise<void> {
    this.#demandOpen();
    const isTaken = links.some(({ tokenHash }) => this.#linkWith(tokenHash));
    if (this.#documents.has(id) || isTaken) throw conflict(`document ${id} exists`);
    const log = first ? [copy({ ...first, documentId: id, seq: 1, at: createdAt })] : [];
    this.#documents.set(id, { id, createdAt, epoch: 1, log, snapshot: undefined });
    this.#links.push(...links.map((link) => ({ ...link, documentId: id })));
  }

  async find(documentId: string): Promise<DocumentRecord | undefined> {
    this.#demandOpen();
    const kept = this.#documents.get(documentId);
    return kept && recordOf(kept);
  }

  async findLink(tokenHash: Uint8Array): Promise<LinkRecord | undefined> {
    this.#demandOpen();
    return this.#linkWith(tokenHash);
  }

  async load(documentId: string) {
    this.#demandOpen();
    const kept = this.#documents.get(documentId);
    if (!kept) return undefined;
    const { log, snapshot } = kept;
    const tail = log.slice(snapshot?.seq ?? 0).map(({ update }) => update);
    const { epoch, createdAt, updatedAt } = recordOf(kept);
    return { epoch, createdAt, updatedAt, seq: log.length, snapshot: snapshot?.bytes, tail };
  }

  async append(batch: readonly Entry[]): Promise<void> {
    this.#demandOpen();
    const heads = new Map<string, number>();
    for (const { documentId, seq } of batch) {
      const head = heads.get(documentId) ?? this.#documents.get(documentId)?.log.length;
      if (seq !== (head ?? Number.NaN) + 1) throw conflict(`update ${seq} of ${documentId}`);
      heads.set(documentId, seq);
    }
    for (const entry of batch) this.#documents.get(entry.documentId)?.log.push(copy(entry));
  }

  async compact(documentId: string, upTo: number): Promise<void> {
    this.#demandOpen();
    const kept = this.#documents.get(documentId);
    const seq = Math.min(upTo, kept?.log.length ?? 0);
    if (!kept || seq <= (kept.snapshot?.seq ?? 0)) return;
    const doc = new Y.Doc();
    for (const { update } of kept.log.slice(0, seq)) Y.applyUpdate(doc, update);
    kept.snapshot = { seq, bytes: Y.encodeStateAsUpdate(doc) };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #linkWith(tokenHash: Uint8Array): LinkRecord | undefined {
    return this.#links.find((link) => Buffer.compare(link.tokenHash, tokenHash) === 0);
  }

  #demandOpen(): void {
    if (this.#isClosed) throw new StoreError("closed", "the store was closed");
  }
}

function recordOf({ id, createdAt, epoch, log }: Kept): DocumentRecord {
  return { id, createdAt, epoch, updatedAt: log.at(-1)?.at ?? createdAt };
}

function copy(entry: Entry): Entry {
  return { ...entry, update: new Uint8Array(entry.update) };
}

function conflict(message: string): StoreError {
  return new StoreError("conflict", message);
}

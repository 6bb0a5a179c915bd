/**
 * The store on SQLite as the server sees it: asynchronous, with the database in
 * a thread of its own. Knows no SQL.
 */
import type {
  Claim,
  DeletedDocument,
  Entry,
  LinkChanges,
  LinkUse,
  NewDocument,
  NewLink,
  Store,
  StoredDocument,
  Totals,
} from "../store.ts";
import { StoreError } from "../store-error.ts";
import type { NewWebhook, NextDeliveries, Settlement, Telling } from "../webhooks.ts";
import { Compactor } from "./compactor.ts";
import type { Tally } from "./document-list.ts";
import { GroupCommit } from "../group-commit.ts";
import type { PackedDocument, StretchHead } from "./messages.ts";
import { pack, unpack } from "../packing.ts";
import type { Removal } from "./removal-steps.ts";
import { storeErrorOf } from "../failure.ts";
import { ThreadLink } from "./thread-link.ts";

/** What `openSqliteStore` takes; any other name is refused. */
export interface SqliteStoreOptions {
  /** Folder of the database; created when missing. */
  readonly dataDir: string;
  /** Shortest time between the starts of two commits, in milliseconds; default 15. */
  readonly commitIntervalMs?: number;
  /** Largest size of the database file, in bytes; what goes beyond is `full`. Default: no limit. */
  readonly maxBytes?: number;
  /** Told of each commit that succeeded, and how many batches it kept. */
  readonly onCommit?: (batches: number) => void;
}

const OPTIONS: ReadonlySet<string> = new Set<keyof SqliteStoreOptions>([
  "dataDir",
  "commitIntervalMs",
  "maxBytes",
  "onCommit",
]);

/**
 * Opens the database, bringing an older one up to date. Rejects with StoreError: `locked` when
 * the folder is in use, `newer` for a later version's database, `corrupt`, `full` or `failing`
 * when it cannot be used; with TypeError for an option that does not exist.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.has(name)) throw new TypeError(`the store has no option ${name}`);
  }
  const link = new ThreadLink({ dataDir: options.dataDir, maxBytes: options.maxBytes });
  try {
    await link.opened();
  } catch (error) {
    await link.terminate();
    throw error;
  }
  return new SqliteStore(link, options);
}

const NOTHING: Totals = { documents: 0, inTrash: 0, links: 0, edits: 0, bytes: 0 };

class SqliteStore implements Store {
  readonly #link: ThreadLink;
  readonly #commits: GroupCommit;
  readonly #compactor: Compactor;
  readonly #onCommit: SqliteStoreOptions["onCommit"];
  #closing: Promise<void> | undefined;

  constructor(link: ThreadLink, { commitIntervalMs = 15, onCommit }: SqliteStoreOptions) {
    this.#link = link;
    this.#onCommit = onCommit;
    this.#compactor = new Compactor(link);
    this.#commits = new GroupCommit((group) => this.#commit(group), commitIntervalMs);
  }

  async create(document: NewDocument): Promise<void> {
    await this.#open().ask("create", [withOwnBytes(document)]);
  }

  async find(documentId: string) {
    return this.#open().ask("find", [documentId]);
  }

  async findLink(tokenHash: Uint8Array) {
    return this.#open().ask("findLink", [new Uint8Array(tokenHash)]);
  }

  async links(documentId: string) {
    return this.#open().ask("links", [documentId]);
  }

  async addLink(documentId: string, link: NewLink): Promise<void> {
    await this.#open().ask("addLink", [documentId, withOwnHash(link)]);
  }

  async changeLink(documentId: string, linkId: string, changes: LinkChanges) {
    return this.#open().ask("changeLink", [documentId, linkId, changes]);
  }

  async claimLink(claim: Claim): Promise<boolean> {
    return this.#open().ask("claimLink", [withOwnHash(claim)]);
  }

  async countUses(uses: readonly LinkUse[]): Promise<void> {
    await this.#open().ask("countUses", [uses]);
  }

  async secret(name: string): Promise<Uint8Array> {
    return this.#open().ask("secret", [name]);
  }

  async load(documentId: string): Promise<StoredDocument | undefined> {
    const packed = await this.#open().ask("load", [documentId]);
    return packed && unpackDocument(packed);
  }

  async append(batch: readonly Entry[]): Promise<readonly number[]> {
    this.#open();
    return batch.length > 0 ? this.#commits.add(batch) : [];
  }

  async compact(documentId: string, upTo: number): Promise<void> {
    this.#open();
    await this.#compactor.compact(documentId, upTo);
  }

  async acceptLoss(documentId: string, upTo: number): Promise<void> {
    await this.#open().ask("acceptLoss", [documentId, upTo]);
  }

  async setDeleted(documentId: string, deletedAt: number | null, since?: number) {
    return this.#open().ask("setDeleted", [documentId, deletedAt, since]);
  }

  async deletedBefore(before: number, most: number, after?: DeletedDocument) {
    return this.#open().ask("deletedBefore", [before, most, after]);
  }

  async purge(documentId: string, before: number): Promise<boolean> {
    let step: Removal = "more";
    while (step === "more") step = await this.#open().ask("removalStep", [documentId, before]);
    return step === "done";
  }

  async addWebhook(documentId: string, webhook: NewWebhook, most: number) {
    return this.#open().ask("addWebhook", [documentId, webhook, most]);
  }

  async webhooks(documentId: string) {
    return this.#open().ask("webhooks", [documentId]);
  }

  async webhooksAfter(id: string, most: number) {
    return this.#open().ask("webhooksAfter", [id, most]);
  }

  async removeWebhook(documentId: string, webhookId: string) {
    return this.#open().ask("removeWebhook", [documentId, webhookId]);
  }

  async tellWebhooks(tellings: readonly Telling[], inFlight: readonly string[]) {
    return this.#open().ask("tellWebhooks", [tellings, inFlight]);
  }

  async nextDeliveries(which: NextDeliveries) {
    return this.#open().ask("nextDeliveries", [which]);
  }

  async settleDelivery(settlement: Settlement) {
    await this.#open().ask("settleDelivery", [settlement]);
  }

  async deliveries(webhookId: string, since: number) {
    return this.#open().ask("deliveries", [webhookId, since]);
  }

  async list(before: number, most: number) {
    return this.#open().ask("list", [before, most]);
  }

  async describe(documentIds: readonly string[]) {
    return this.#open().ask("describe", [documentIds]);
  }

  async totals(): Promise<Totals> {
    let [sum, before]: [Totals, number | undefined] = [NOTHING, Number.MAX_SAFE_INTEGER];
    while (before !== undefined) {
      const { next, totals }: Tally = await this.#open().ask("tally", [before]);
      sum = {
        documents: sum.documents + totals.documents,
        inTrash: sum.inTrash + totals.inTrash,
        links: sum.links + totals.links,
        edits: sum.edits + totals.edits,
        bytes: totals.bytes,
      };
      before = next;
    }
    return sum;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#commits.flush();
    await this.#compactor.close();
    try {
      await this.#link.ask("close", []);
    } catch {
      // The thread died and holds nothing any more; each append that went with it was rejected.
    }
    await this.#link.terminate();
  }

  #open(): ThreadLink {
    if (this.#closing) throw new StoreError("closed", "the store was closed");
    return this.#link;
  }

  async #commit(group: readonly (readonly Entry[])[]) {
    const heads = group.map(stretchesOf);
    const updates = pack(group.flatMap((batch) => batch.map(({ update }) => update)));
    const outcomes = await this.#link.ask("append", [heads, updates], [updates.bytes.buffer]);
    const numbers = outcomes.map((outcome, index) =>
      "code" in outcome ? storeErrorOf(outcome) : numbersOf(heads[index] ?? [], outcome),
    );
    const kept = outcomes.filter((outcome) => !("code" in outcome)).length;
    if (kept > 0) this.#onCommit?.(kept);
    return numbers;
  }
}

/** Column by column: what is cloned between threads costs by the object. */
function stretchesOf(batch: readonly Entry[]): StretchHead[] {
  const stretches: { documentId: string; authors: string[]; times: number[] }[] = [];
  for (const { documentId, author, at } of batch) {
    let stretch = stretches.at(-1);
    if (stretch?.documentId !== documentId) {
      stretch = { documentId, authors: [], times: [] };
      stretches.push(stretch);
    }
    stretch.authors.push(author);
    stretch.times.push(at);
  }
  return stretches;
}

/** Of each update, from the first of each stretch. */
function numbersOf(stretches: readonly StretchHead[], firsts: readonly number[]): number[] {
  return stretches.flatMap(({ authors }, stretch) =>
    authors.map((_, index) => (firsts[stretch] ?? 0) + index),
  );
}

/** With copies of all bytes: a view would be cloned with the whole buffer it looks into. */
function withOwnBytes({ links, first, ...document }: NewDocument): NewDocument {
  return {
    ...document,
    links: links.map(withOwnHash),
    ...(first && { first: { ...first, update: new Uint8Array(first.update) } }),
  };
}

function withOwnHash<T extends { readonly tokenHash: Uint8Array }>(record: T): T {
  return { ...record, tokenHash: new Uint8Array(record.tokenHash) };
}

function unpackDocument({ updates, hasSnapshot, ...record }: PackedDocument): StoredDocument {
  const parts = unpack(updates);
  const snapshot = hasSnapshot ? parts.shift() : undefined;
  return { ...record, snapshot, tail: parts };
}

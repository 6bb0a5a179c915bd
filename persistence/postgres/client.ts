/**
 * The store on Postgres as the server sees it, shared with any number of other nodes. Knows no SQL.
 */
import { GroupCommit } from "../group-commit.ts";
import type { SharedStore } from "../shared-store.ts";
import type {
  Claim,
  DeletedDocument,
  Entry,
  LinkChanges,
  LinkUse,
  NewDocument,
  NewLink,
} from "../store.ts";
import { StoreError } from "../store-error.ts";
import type { NewWebhook, NextDeliveries, Settlement, Telling } from "../webhooks.ts";
import { PostgresAttachments } from "./attachments.ts";
import { Compactor } from "./compactor.ts";
import { prepareDatabase } from "./connection.ts";
import { Database } from "./database.ts";
import { readDocument } from "./document-reader.ts";
import { DocumentTable } from "./document-table.ts";
import { LinkTable } from "./link-table.ts";
import { LogConnection } from "./log-connection.ts";
import { readEntries } from "./log-reader.ts";
import { LogWriter } from "./log-writer.ts";
import { purge } from "./removal.ts";
import { secretOf } from "./secret-table.ts";
import { WebhookTable } from "./webhook-table.ts";

/** What `openPostgresStore` takes; any other name is refused. */
export interface PostgresStoreOptions {
  /** `postgres://…`, as pg reads it; the tables are in the first schema of its search path. */
  readonly databaseUrl: string;
  /** Name of this node among the server's connections. */
  readonly nodeId: string;
  /** Shortest time between the starts of two commits, in milliseconds; default 5. */
  readonly commitIntervalMs?: number;
  /** How many connections answer questions, at most; default 8. The log has one more. */
  readonly connections?: number;
  /** A connection that has not answered for so long is given up, in milliseconds; default 30,000. */
  readonly answerMs?: number;
  /** How long what a node is to deliver is kept from the others, in milliseconds; default 60,000. */
  readonly claimMs?: number;
  /** Told of each commit that succeeded, and how many batches it kept. */
  readonly onCommit?: (batches: number) => void;
  /** Told of what the server is set to that may lose what was kept. */
  readonly onWarning?: (message: string) => void;
}

const OPTIONS: ReadonlySet<string> = new Set<keyof PostgresStoreOptions>([
  "databaseUrl",
  "nodeId",
  "commitIntervalMs",
  "connections",
  "answerMs",
  "claimMs",
  "onCommit",
  "onWarning",
]);

/**
 * Connects, and brings the database up to date. Rejects with StoreError: `newer` for a later version's
 * database, `failing` when it cannot be used; with TypeError for an option that does not exist.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.has(name)) throw new TypeError(`the store has no option ${name}`);
  }
  await prepareDatabase(options, options.onWarning ?? (() => undefined));
  return new PostgresStore(options);
}

export class PostgresStore implements SharedStore {
  /** The images of its documents, in the same database; they end with the store. */
  readonly attachments: PostgresAttachments;
  readonly #database: Database;
  readonly #documents: DocumentTable;
  readonly #links: LinkTable;
  readonly #connection: LogConnection;
  readonly #log: LogWriter;
  readonly #commits: GroupCommit;
  readonly #compactor: Compactor;
  readonly #webhooks: WebhookTable;
  readonly #onCommit: PostgresStoreOptions["onCommit"];
  #closing: Promise<void> | undefined;

  constructor(options: PostgresStoreOptions) {
    this.#database = new Database(options, options.connections);
    this.#documents = new DocumentTable(this.#database);
    this.#links = new LinkTable(this.#database);
    this.#connection = new LogConnection(options);
    this.#log = new LogWriter(this.#connection);
    this.#commits = new GroupCommit((group) => this.#commit(group), options.commitIntervalMs ?? 5);
    this.#compactor = new Compactor(this.#database);
    this.#webhooks = new WebhookTable(this.#database, options.claimMs);
    this.attachments = new PostgresAttachments(this.#database);
    this.#onCommit = options.onCommit;
  }

  async create(document: NewDocument): Promise<void> {
    this.#demandOpen();
    await this.#documents.create(document);
  }

  async find(documentId: string) {
    this.#demandOpen();
    return this.#documents.find(documentId);
  }

  async findLink(tokenHash: Uint8Array) {
    this.#demandOpen();
    return this.#links.find(tokenHash);
  }

  async links(documentId: string) {
    this.#demandOpen();
    return this.#links.ofDocument(documentId);
  }

  async addLink(documentId: string, link: NewLink): Promise<void> {
    this.#demandOpen();
    await this.#links.add(documentId, link);
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
    await this.#links.countUses(uses);
  }

  async secret(name: string): Promise<Uint8Array> {
    this.#demandOpen();
    return secretOf(this.#database, name);
  }

  async load(documentId: string) {
    this.#demandOpen();
    const read = "repeatable read";
    return this.#database.transaction((queries) => readDocument(queries, documentId), read);
  }

  async append(batch: readonly Entry[]): Promise<readonly number[]> {
    this.#demandOpen();
    return batch.length > 0 ? this.#commits.add(batch) : [];
  }

  async compact(documentId: string, upTo: number): Promise<void> {
    this.#demandOpen();
    await this.#compactor.compact(documentId, upTo);
  }

  async acceptLoss(documentId: string, upTo: number): Promise<void> {
    this.#demandOpen();
    await this.#documents.acceptLoss(documentId, upTo);
  }

  async setDeleted(documentId: string, deletedAt: number | null, since?: number) {
    this.#demandOpen();
    return this.#documents.setDeleted(documentId, deletedAt, since);
  }

  async deletedBefore(before: number, most: number, after?: DeletedDocument) {
    this.#demandOpen();
    return this.#documents.deletedBefore(before, most, after);
  }

  async purge(documentId: string, before: number): Promise<boolean> {
    this.#demandOpen();
    return purge(this.#database, documentId, before);
  }

  async list(before: number, most: number) {
    this.#demandOpen();
    return this.#documents.list(before, most);
  }

  async describe(documentIds: readonly string[]) {
    this.#demandOpen();
    return this.#documents.describe(documentIds);
  }

  async totals() {
    this.#demandOpen();
    return this.#documents.totals();
  }

  async addWebhook(documentId: string, webhook: NewWebhook, most: number): Promise<boolean> {
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

  async removeWebhook(documentId: string, webhookId: string): Promise<boolean> {
    this.#demandOpen();
    return this.#webhooks.remove(documentId, webhookId);
  }

  async tellWebhooks(tellings: readonly Telling[], inFlight: readonly string[]): Promise<boolean> {
    this.#demandOpen();
    return this.#webhooks.tell(tellings, inFlight);
  }

  async nextDeliveries(which: NextDeliveries) {
    this.#demandOpen();
    return this.#webhooks.next(which);
  }

  async settleDelivery(settlement: Settlement): Promise<void> {
    this.#demandOpen();
    await this.#webhooks.settle(settlement);
  }

  async deliveries(webhookId: string, since: number) {
    this.#demandOpen();
    return this.#webhooks.deliveries(webhookId, since);
  }

  async heads(documentIds: readonly string[]) {
    this.#demandOpen();
    await this.#connection.settled();
    return this.#documents.heads(documentIds);
  }

  async entriesAfter(documentId: string, after: number, mostBytes: number) {
    this.#demandOpen();
    await this.#connection.settled();
    return readEntries(this.#database, documentId, { after, mostBytes });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#commits.flush();
    await this.#connection.close();
    await this.#compactor.close();
    await this.#database.close();
  }

  #demandOpen(): void {
    if (this.#closing) throw new StoreError("closed", "the store was closed");
  }

  async #commit(group: readonly (readonly Entry[])[]) {
    const outcomes = await this.#log.append(group);
    const kept = outcomes.filter((outcome) => !(outcome instanceof StoreError)).length;
    if (kept > 0) this.#onCommit?.(kept);
    return outcomes;
  }
}

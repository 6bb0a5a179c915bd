/** The webhooks of documents and their outbox, on one SQLite connection. Knows no clock. */
import type { Database, Statement } from "better-sqlite3";
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
} from "../webhooks.ts";
import { prepareOnce } from "./prepare-once.ts";
import { conflict } from "../failure.ts";

/** Number of the newest entry of the document in the row at hand, as `findHead` counts. */
const SEQ = `max(coalesce((SELECT max(seq) FROM updates WHERE document = documents.key), 0),
  coalesce((SELECT max(last) FROM runs WHERE document = documents.key), 0),
  coalesce((SELECT seq FROM snapshots WHERE document = documents.key), 0))`;

const WEBHOOKS = `SELECT webhooks.id, documents.id AS documentId, url, events, secret, origin,
    webhooks.created_at AS createdAt, disabled_at AS disabledAt, ${SEQ} AS seq,
    told_seq AS toldSeq, deleted_at AS deletedAt, told_deleted_at AS toldDeletedAt
  FROM webhooks JOIN documents ON documents.key = webhooks.document`;

const DELIVERY = `deliveries.id, event, at, body, attempts, deliveries.next_at AS nextAt`;

/** What is a list or a tree stands in one column. */
type WebhookRow = Omit<WebhookRecord, "events"> & { readonly events: string };
type Packed<T extends DeliveryRecord> = Omit<T, "attempts"> & { readonly attempts: string };

export class WebhookTable {
  readonly #connection: Database;
  readonly #statements: ReturnType<typeof prepare>;

  /** The connection must be migrated: SQLite checks every name. */
  constructor(connection: Database) {
    this.#connection = connection;
    this.#statements = prepare(connection);
  }

  add(documentId: string, webhook: NewWebhook, most: number): boolean {
    return this.#transaction(() => {
      const { count, insert } = this.#statements;
      if ((count.get(documentId) ?? 0) >= most) return false;
      const row = { ...webhook, events: webhook.events.join(" "), documentId };
      if (insert.run(row).changes === 0) throw conflict(`there is no document ${documentId}`);
      return true;
    });
  }

  ofDocument(documentId: string): WebhookRecord[] {
    return this.#statements.ofDocument.all(documentId).map(webhookOf);
  }

  after(id: string, most: number): WebhookRecord[] {
    return this.#statements.after.all(id, most).map(webhookOf);
  }

  remove(documentId: string, webhookId: string): boolean {
    return this.#transaction(() => {
      const { ofDocument, removeDeliveries, remove } = this.#statements;
      if (!ofDocument.all(documentId).some(({ id }) => id === webhookId)) return false;
      removeDeliveries.run(webhookId);
      return remove.run(webhookId).changes > 0;
    });
  }

  tell(tellings: readonly Telling[], inFlight: readonly string[]): boolean {
    return this.#transaction(() =>
      tellings.map((telling) => this.#tellOne(telling, inFlight)).every(Boolean),
    );
  }

  next({ failing, most, busy }: NextDeliveries): DueDelivery[] {
    const { next } = this.#statements;
    return next.all(Number(failing), JSON.stringify(busy), most).map(unpacked);
  }

  settle({ attempts, ...settlement }: Settlement): void {
    this.#transaction(() => {
      const { settleDelivery, settleWebhook, giveUp, refresh } = this.#statements;
      settleDelivery.run({ ...settlement, attempts: JSON.stringify(attempts) });
      settleWebhook.run(settlement);
      if (settlement.disabledAt !== null) giveUp.run(settlement.webhookId);
      refresh.run(settlement.webhookId);
    });
  }

  deliveries(webhookId: string, since: number): DeliveryRecord[] {
    return this.#statements.deliveries.all(webhookId, since).map(unpacked);
  }

  #tellOne({ deliveries, ...told }: Telling, inFlight: readonly string[]): boolean {
    if (this.#statements.told.run(told).changes === 0) return false;
    for (const delivery of deliveries) this.#enqueue(told.webhookId, delivery, inFlight);
    this.#statements.trim.run({ webhookId: told.webhookId, most: KEPT_DELIVERIES });
    this.#statements.refresh.run(told.webhookId);
    return true;
  }

  #enqueue(webhookId: string, delivery: NewDelivery, inFlight: readonly string[]): void {
    const { untried, removeDelivery, enqueue } = this.#statements;
    for (const id of untried.all(webhookId, delivery.event)) {
      if (!inFlight.includes(id)) removeDelivery.run(id);
    }
    enqueue.run({ ...delivery, webhookId });
  }

  #transaction<T>(action: () => T): T {
    return this.#connection.transaction(action).immediate();
  }
}

function prepare(connection: Database) {
  const statement = <Bind extends unknown[], Row = unknown>(sql: string): Statement<Bind, Row> =>
    prepareOnce<Bind, Row>(connection, sql);
  return {
    count: statement<[documentId: string], number>(
      `SELECT count(*) FROM webhooks JOIN documents ON documents.key = webhooks.document
      WHERE documents.id = ?`,
    ).pluck(),
    insert: statement<[Omit<NewWebhook, "events"> & { events: string; documentId: string }]>(
      `INSERT INTO webhooks
        (id, document, url, events, secret, origin, created_at, told_seq, told_deleted_at)
      SELECT @id, key, @url, @events, @secret, @origin, @createdAt, ${SEQ}, deleted_at
      FROM documents WHERE id = @documentId`,
    ),
    ofDocument: statement<[documentId: string], WebhookRow>(
      `${WEBHOOKS} WHERE documents.id = ? ORDER BY webhooks.created_at, webhooks.id`,
    ),
    after: statement<[id: string, most: number], WebhookRow>(
      `${WEBHOOKS} WHERE webhooks.id > ? ORDER BY webhooks.id LIMIT ?`,
    ),
    remove: statement<[id: string]>("DELETE FROM webhooks WHERE id = ?"),
    removeDeliveries: statement<[id: string]>("DELETE FROM deliveries WHERE webhook = ?"),
    ...prepareOutbox(statement),
  };
}

function prepareOutbox(
  statement: <Bind extends unknown[], Row = unknown>(sql: string) => Statement<Bind, Row>,
) {
  return {
    told: statement<[Omit<Telling, "deliveries">]>(
      `UPDATE webhooks SET told_seq = @seq, told_deleted_at = @deletedAt
      WHERE id = @webhookId AND disabled_at IS NULL
        AND told_seq = @toldSeq AND told_deleted_at IS @toldDeletedAt`,
    ),
    untried: statement<[webhookId: string, event: string], string>(
      `SELECT id FROM deliveries
      WHERE webhook = ? AND event = ? AND next_at IS NOT NULL AND attempts = '[]'`,
    ).pluck(),
    removeDelivery: statement<[id: string]>("DELETE FROM deliveries WHERE id = ?"),
    enqueue: statement<[NewDelivery & { readonly webhookId: string }]>(
      `INSERT INTO deliveries (id, webhook, event, at, body, next_at)
      VALUES (@id, @webhookId, @event, @at, @body, @at)`,
    ),
    trim: statement<[{ readonly webhookId: string; readonly most: number }]>(
      `DELETE FROM deliveries WHERE webhook = @webhookId AND key <=
        (SELECT key FROM deliveries WHERE webhook = @webhookId ORDER BY key DESC LIMIT 1 OFFSET @most)`,
    ),
    // In SQLite the larger of anything and NULL is NULL: nothing waits.
    refresh: statement<[webhookId: string]>(
      `UPDATE webhooks SET next_at = max(rest_until, (SELECT min(next_at) FROM deliveries
        WHERE webhook = webhooks.id AND next_at IS NOT NULL)) WHERE id = ?`,
    ),
    next: statement<[failing: number, busy: string, most: number], Packed<DueDelivery>>(
      `SELECT ${DELIVERY}, webhooks.id AS webhookId, documents.id AS documentId, url, secret,
        failures, webhooks.next_at AS dueAt
      FROM webhooks JOIN documents ON documents.key = webhooks.document
        JOIN deliveries ON deliveries.key = (SELECT key FROM deliveries
          WHERE webhook = webhooks.id AND next_at IS NOT NULL ORDER BY next_at, key LIMIT 1)
      WHERE (failures > 0) = ? AND webhooks.next_at IS NOT NULL
        AND webhooks.id NOT IN (SELECT value FROM json_each(?))
      ORDER BY webhooks.next_at LIMIT ?`,
    ),
    settleDelivery: statement<[Omit<Settlement, "attempts"> & { readonly attempts: string }]>(
      "UPDATE deliveries SET attempts = @attempts, next_at = @nextAt WHERE id = @deliveryId",
    ),
    settleWebhook: statement<[Omit<Settlement, "attempts">]>(
      `UPDATE webhooks SET failures = @failures, rest_until = @restUntil,
        disabled_at = coalesce(disabled_at, @disabledAt) WHERE id = @webhookId`,
    ),
    giveUp: statement<[webhookId: string]>(
      "UPDATE deliveries SET next_at = NULL WHERE webhook = ? AND next_at IS NOT NULL",
    ),
    deliveries: statement<[webhookId: string, since: number], Packed<DeliveryRecord>>(
      `SELECT ${DELIVERY} FROM deliveries WHERE webhook = ? AND at >= ? ORDER BY key DESC`,
    ),
  };
}

function webhookOf({ events, ...row }: WebhookRow): WebhookRecord {
  return { ...row, events: events.split(" ") };
}

function unpacked<T extends DeliveryRecord>({ attempts, ...row }: Packed<T>): T {
  return { ...row, attempts: JSON.parse(attempts) } as unknown as T;
}

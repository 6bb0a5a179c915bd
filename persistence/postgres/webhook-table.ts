/**
 * The webhooks of documents and their outbox, in Postgres. Nodes share them: what is due is claimed
 * by one of them, for longer than an attempt can take. The clock of claims is that of Postgres.
 */
import { randomUUID } from "node:crypto";
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
import { conflict } from "../failure.ts";
import type { Database, Queries } from "./database.ts";

/** An attempt takes ten seconds at most, and what came of it is noted at once. Milliseconds. */
const CLAIM_MS = 60_000;

const WEBHOOKS = `SELECT webhooks.id, documents.id AS "documentId", url, events, secret, origin,
    webhooks.created_at AS "createdAt", disabled_at AS "disabledAt", seq, told_seq AS "toldSeq",
    deleted_at AS "deletedAt", told_deleted_at AS "toldDeletedAt"
  FROM webhooks JOIN documents ON documents.key = webhooks.document`;

const DELIVERY = `deliveries.id, event, at, body, attempts, deliveries.next_at AS "nextAt"`;

const FIRST_WAITING = `(SELECT key FROM deliveries
  WHERE webhook = webhooks.id AND next_at IS NOT NULL ORDER BY next_at, key LIMIT 1)`;

/** Of a document with fewer than `$8`; its row keeps others from counting meanwhile. */
const ADD = `INSERT INTO webhooks
    (id, document, url, events, secret, origin, created_at, told_seq, told_deleted_at)
  SELECT $2, key, $3, $4, $5, $6, $7, seq, deleted_at FROM documents
  WHERE id = $1 AND (SELECT count(*) FROM webhooks WHERE document = documents.key) < $8`;

/** In the order of ids, so that no two who tell several wait for each other. */
const TELL = `UPDATE webhooks SET told_seq = $4, told_deleted_at = $5
  WHERE id = $1 AND disabled_at IS NULL
    AND told_seq = $2 AND told_deleted_at IS NOT DISTINCT FROM $3`;

const REPLACE = `DELETE FROM deliveries USING webhooks
  WHERE webhook = $1 AND event = $2 AND deliveries.next_at IS NOT NULL AND attempts = '[]'
    AND deliveries.id <> ALL ($3) AND webhooks.id = webhook
    AND (claimed_delivery IS DISTINCT FROM deliveries.key OR claimed_until < clock_timestamp())`;

const ENQUEUE = `INSERT INTO deliveries (id, webhook, event, at, body, next_at)
  VALUES ($1, $2, $3, $4, $5, $4)`;

const TRIM = `DELETE FROM deliveries WHERE webhook = $1 AND key <=
  (SELECT key FROM deliveries WHERE webhook = $1 ORDER BY key DESC LIMIT 1 OFFSET $2)`;

const REFRESH = `UPDATE webhooks SET next_at = (SELECT greatest(rest_until, min(next_at))
    FROM deliveries WHERE webhook = $1 AND next_at IS NOT NULL HAVING count(*) > 0)
  WHERE id = $1`;

/** Whatever others are about to claim is left to them. */
const CLAIM = `UPDATE webhooks SET claimant = $5, claimed_delivery = ${FIRST_WAITING},
    claimed_until = clock_timestamp() + $6 * interval '1 millisecond'
  WHERE id IN (SELECT id FROM webhooks
    WHERE (failures > 0) = $1 AND next_at <= $2 AND id <> ALL ($3)
      AND (claimant IS NULL OR claimant = $5 OR claimed_until < clock_timestamp())
    ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED)`;

/** What was claimed, and what will be due. */
const NEXT = `SELECT ${DELIVERY}, webhooks.id AS "webhookId", documents.id AS "documentId", url,
    secret, failures, webhooks.next_at AS "dueAt"
  FROM webhooks JOIN documents ON documents.key = webhooks.document
    JOIN deliveries ON deliveries.key =
      CASE WHEN webhooks.next_at <= $2 THEN claimed_delivery ELSE ${FIRST_WAITING} END
  WHERE (failures > 0) = $1 AND webhooks.id <> ALL ($3)
    AND (webhooks.next_at > $2
      OR webhooks.next_at <= $2 AND claimant = $5 AND claimed_until > clock_timestamp())
  ORDER BY webhooks.next_at LIMIT $4`;

/** Whoever has taken it over meanwhile knows more than the one that was held up. */
const SETTLE_WEBHOOK = `UPDATE webhooks SET failures = $2, rest_until = $3,
    disabled_at = coalesce(disabled_at, $4), claimant = NULL
  WHERE id = $1 AND claimant = $5`;

const SETTLE_DELIVERY = "UPDATE deliveries SET attempts = $2, next_at = $3 WHERE id = $1";

const GIVE_UP = "UPDATE deliveries SET next_at = NULL WHERE webhook = $1 AND next_at IS NOT NULL";

type Packed<T extends DeliveryRecord> = Omit<T, "attempts"> & { readonly attempts: string };

export class WebhookTable {
  readonly #database: Pick<Database, "rows" | "run" | "transaction">;
  readonly #claimMs: number;
  /** Of this opening of the store: nothing that an earlier one has claimed is taken for its own. */
  readonly #claimant = randomUUID();

  constructor(database: Pick<Database, "rows" | "run" | "transaction">, claimMs = CLAIM_MS) {
    this.#database = database;
    this.#claimMs = claimMs;
  }

  add(documentId: string, webhook: NewWebhook, most: number): Promise<boolean> {
    const { id, url, events, secret, origin, createdAt } = webhook;
    return this.#database.transaction(async (queries) => {
      const locked = await queries.run("SELECT FROM documents WHERE id = $1 FOR UPDATE", [
        documentId,
      ]);
      if (locked === 0) throw conflict(`there is no document ${documentId}`);
      const row = [documentId, id, url, events, secret, origin, createdAt, most];
      return (await queries.run(ADD, row)) > 0;
    });
  }

  ofDocument(documentId: string): Promise<readonly WebhookRecord[]> {
    return this.#database.rows(
      `${WEBHOOKS} WHERE documents.id = $1 ORDER BY webhooks.created_at, webhooks.id`,
      [documentId],
    );
  }

  after(id: string, most: number): Promise<readonly WebhookRecord[]> {
    return this.#database.rows(`${WEBHOOKS} WHERE webhooks.id > $1 ORDER BY webhooks.id LIMIT $2`, [
      id,
      most,
    ]);
  }

  async remove(documentId: string, webhookId: string): Promise<boolean> {
    const removed = await this.#database.run(
      `DELETE FROM webhooks USING documents
      WHERE documents.key = document AND documents.id = $1 AND webhooks.id = $2`,
      [documentId, webhookId],
    );
    return removed > 0;
  }

  tell(tellings: readonly Telling[], inFlight: readonly string[]): Promise<boolean> {
    const ordered = tellings.toSorted((a, b) => (a.webhookId < b.webhookId ? -1 : 1));
    return this.#database.transaction(async (queries) => {
      let areTold = true;
      for (const telling of ordered) {
        if (!(await tellOne(queries, telling, inFlight))) areTold = false;
      }
      return areTold;
    });
  }

  async next(which: NextDeliveries): Promise<readonly DueDelivery[]> {
    const { failing, most, now, busy } = which;
    const given = [failing, now, busy, most, this.#claimant];
    await this.#database.run(CLAIM, [...given, this.#claimMs]);
    return (await this.#database.rows<Packed<DueDelivery>>(NEXT, given)).map(unpacked);
  }

  async settle(settlement: Settlement): Promise<void> {
    const { webhookId, deliveryId, attempts, nextAt } = settlement;
    const { failures, restUntil, disabledAt } = settlement;
    await this.#database.transaction(async (queries) => {
      const webhook = [webhookId, failures, restUntil, disabledAt, this.#claimant];
      if ((await queries.run(SETTLE_WEBHOOK, webhook)) === 0) return;
      await queries.run(SETTLE_DELIVERY, [deliveryId, JSON.stringify(attempts), nextAt]);
      if (disabledAt !== null) await queries.run(GIVE_UP, [webhookId]);
      await queries.run(REFRESH, [webhookId]);
    });
  }

  async deliveries(webhookId: string, since: number): Promise<readonly DeliveryRecord[]> {
    const found = await this.#database.rows<Packed<DeliveryRecord>>(
      `SELECT ${DELIVERY} FROM deliveries WHERE webhook = $1 AND at >= $2 ORDER BY key DESC`,
      [webhookId, since],
    );
    return found.map(unpacked);
  }
}

/** False when it was told something else meanwhile. */
async function tellOne(
  queries: Queries,
  telling: Telling,
  inFlight: readonly string[],
): Promise<boolean> {
  const { webhookId, toldSeq, toldDeletedAt, seq, deletedAt, deliveries } = telling;
  const told = [webhookId, toldSeq, toldDeletedAt, seq, deletedAt];
  if ((await queries.run(TELL, told)) === 0) return false;
  for (const delivery of deliveries) await enqueue(queries, webhookId, delivery, inFlight);
  await queries.run(TRIM, [webhookId, KEPT_DELIVERIES]);
  await queries.run(REFRESH, [webhookId]);
  return true;
}

async function enqueue(
  queries: Queries,
  webhookId: string,
  { id, event, at, body }: NewDelivery,
  inFlight: readonly string[],
): Promise<void> {
  await queries.run(REPLACE, [webhookId, event, inFlight]);
  await queries.run(ENQUEUE, [id, webhookId, event, at, body]);
}

function unpacked<T extends DeliveryRecord>({ attempts, ...row }: Packed<T>): T {
  return { ...row, attempts: JSON.parse(attempts) } as unknown as T;
}

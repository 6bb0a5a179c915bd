/**
 * Sends what is due, so many at once and one at a time for each webhook. There are two: those
 * whose receivers fail have one of their own, and take nothing away from the others.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Attempt, DueDelivery, Settlement, WebhookStore } from "../../persistence/webhooks.ts";
import type { Metrics } from "../metrics.ts";
import { isDelivered, settlementOf } from "./retries.ts";
import type { Sender } from "./sender.ts";

/** Deliveries under way at once. */
const SLOTS = 8;

/** After the store has failed; milliseconds. */
const STORE_RETRY_MS = 5000;

/** `setTimeout` takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface LaneOptions {
  readonly store: Pick<WebhookStore, "nextDeliveries" | "settleDelivery">;
  readonly sender: Sender;
  readonly metrics: Pick<Metrics, "webhookTried">;
  readonly logger: Logger;
  readonly now: () => number;
  readonly retryMs?: readonly number[] | undefined;
  readonly slots?: number | undefined;
}

interface Sending {
  readonly deliveryId: string;
  readonly done: Promise<void>;
}

export class Lane {
  readonly #options: LaneOptions;
  readonly #failing: boolean;
  readonly #onSettled: () => void;
  /** By webhook. */
  readonly #sending = new Map<string, Sending>();
  readonly #end = new AbortController();
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isLookedForAgain = false;

  /** @param onSettled A webhook may have changed lanes. */
  constructor(options: LaneOptions, failing: boolean, onSettled: () => void) {
    this.#options = options;
    this.#failing = failing;
    this.#onSettled = onSettled;
  }

  /** Ids of deliveries under way. */
  get inFlight(): readonly string[] {
    return [...this.#sending.values()].map(({ deliveryId }) => deliveryId);
  }

  /** There may be something to send. */
  wake(): void {
    if (this.#isClosed) return;
    this.#isLookedForAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      // Woken after the last look and before this.
      if (this.#isLookedForAgain) this.wake();
    });
  }

  /** Begin nothing more. Resolves when nothing is under way. */
  async finish(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.all([this.#looking, ...[...this.#sending.values()].map(({ done }) => done)]);
  }

  /** What is under way is sent again some other time. */
  abort(): void {
    this.#end.abort();
  }

  async #look(): Promise<void> {
    while (this.#isLookedForAgain && !this.#isClosed) {
      this.#isLookedForAgain = false;
      clearTimeout(this.#timer);
      // No more than can begin at once: other nodes may have the rest. The next that ends looks again.
      const most = this.#slots - this.#sending.size;
      if (most <= 0) return;
      const [failing, busy, now] = [this.#failing, [...this.#sending.keys()], this.#options.now()];
      try {
        this.#begin(await this.#options.store.nextDeliveries({ failing, most, now, busy }), now);
      } catch (error) {
        this.#options.logger.warn({ err: error }, "webhooks could not be looked for");
        this.#wakeIn(STORE_RETRY_MS);
      }
    }
  }

  /**
   * @param due The first due first.
   * @param now When they were asked for: what was not due then is not this node's yet.
   */
  #begin(due: readonly DueDelivery[], now: number): void {
    for (const delivery of due) {
      if (this.#isClosed) return;
      const wait = delivery.dueAt - now;
      if (wait > 0) return this.#wakeIn(wait);
      const { id: deliveryId, webhookId } = delivery;
      const done = this.#deliver(delivery).finally(() => {
        this.#sending.delete(webhookId);
        this.#onSettled();
      });
      this.#sending.set(webhookId, { deliveryId, done });
    }
  }

  async #deliver(delivery: DueDelivery): Promise<void> {
    const { sender, metrics, now, retryMs } = this.#options;
    const attempt = await sender.send(delivery, this.#end.signal);
    if (!attempt) return;
    metrics.webhookTried(isDelivered(attempt));
    const settlement = settlementOf(delivery, attempt, { now: now(), retryMs });
    this.#tell(delivery, attempt, settlement);
    await this.#settle(settlement);
  }

  #tell({ documentId, id }: DueDelivery, attempt: Attempt, { webhookId, nextAt }: Settlement) {
    if (isDelivered(attempt) || nextAt !== null) return;
    const { status, error } = attempt;
    const what = { documentId, webhookId, delivery: id, status, error };
    this.#options.logger.info(what, "a webhook was given up");
  }

  /** As often as it takes: a delivery that is not struck off would be sent again and again. */
  async #settle(settlement: Settlement): Promise<void> {
    while (!this.#end.signal.aborted) {
      try {
        return await this.#options.store.settleDelivery(settlement);
      } catch (error) {
        this.#options.logger.warn({ err: error }, "a webhook's delivery could not be noted");
        const { signal } = this.#end;
        await delay(STORE_RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  #wakeIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.min(milliseconds, LONGEST_TIMER_MS)).unref();
  }

  get #slots(): number {
    return this.#options.slots ?? SLOTS;
  }
}

/**
 * Tells the webhooks of documents what happens to these: notices it, has it written into the
 * outbox, and has that sent. What it did not notice it finds by comparing. Knows no HTTP.
 */
import type { Logger } from "pino";
import type { WebhookStore } from "../../persistence/webhooks.ts";
import type { Changes } from "../changes.ts";
import type { Metrics } from "../metrics.ts";
import type { Rooms } from "../rooms.ts";
import { within } from "../within.ts";
import { AddressGuard, type Resolve } from "./address-guard.ts";
import { Announcer } from "./announcer.ts";
import { Lane } from "./lane.ts";
import { Pauses, type PauseTimes } from "./pauses.ts";
import { Sender } from "./sender.ts";
import { newsFor } from "./webhook.ts";

/** How often all webhooks are compared with their documents, and what is due is looked for; milliseconds. */
const SWEEP_MS = 60_000;

/** Compared at once. */
const PAGE = 100;

/** How long ending waits for deliveries under way, in milliseconds. */
const CLOSE_MS = 800;

/** How all of it goes about its work; each has a default. Milliseconds. */
export interface WebhookTimes extends PauseTimes {
  /** What is waited after each failure. */
  readonly retryMs?: readonly number[];
  /** For one attempt. */
  readonly timeoutMs?: number;
  readonly sweepMs?: number;
  /** Deliveries at once, of those that fail and of all others. */
  readonly slots?: number;
  /** Looks names up; default `dns.lookup`. */
  readonly resolve?: Resolve;
}

export interface WebhooksOptions extends WebhookTimes {
  readonly store: WebhookStore;
  readonly rooms: Pick<Rooms, "open">;
  readonly changes: Pick<Changes, "follow">;
  readonly metrics: Pick<Metrics, "webhookTried">;
  readonly logger: Logger;
  readonly publicUrl: string | undefined;
  /** Networks within that may be called, in CIDR notation. */
  readonly webhookAllow: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

export class Webhooks {
  readonly guard: AddressGuard;
  readonly #options: WebhooksOptions;
  readonly #announcer: Announcer;
  readonly #lanes: readonly Lane[];
  readonly #pauses: Pauses;
  readonly #unfollow: () => void;
  readonly #sweeps: NodeJS.Timeout;
  /** Documents that have webhooks, as far as is known. */
  readonly #hooked = new Set<string>();
  /** Before all were looked at, any may have some. */
  #isKnown = false;
  #sweeping: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /** Starts at once. */
  constructor(options: WebhooksOptions) {
    const { store, rooms, publicUrl, now, changes } = options;
    this.#options = options;
    this.guard = new AddressGuard(options.webhookAllow, options.resolve);
    const sender = new Sender({ guard: this.guard, timeoutMs: options.timeoutMs, now });
    this.#lanes = [false, true].map(
      (failing) => new Lane({ ...options, sender }, failing, () => this.#wake()),
    );
    const inFlight = () => this.#lanes.flatMap((lane) => lane.inFlight);
    this.#announcer = new Announcer({ store, rooms, publicUrl, now, inFlight });
    this.#pauses = new Pauses(options, (documentId) => void this.#announce(documentId));
    this.#unfollow = changes.follow(({ documentId }) => {
      if (this.#isHooked(documentId)) this.#pauses.stir(documentId);
    });
    this.#sweeps = setInterval(() => this.#sweep(), options.sweepMs ?? SWEEP_MS).unref();
    this.#sweep();
  }

  /** The document is about to get a webhook: from now on it is listened for. */
  expect(documentId: string): void {
    this.#hooked.add(documentId);
  }

  /** It was put into the trash or taken out. Resolves when that waits to be told; never rejects. */
  async moved(documentId: string): Promise<void> {
    if (this.#isHooked(documentId)) await this.#announce(documentId);
  }

  /** Waits for what is under way, but not long: what is not delivered is after the next start. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#unfollow();
    clearInterval(this.#sweeps);
    this.#pauses.close();
    const written = [this.#sweeping, this.#announcer.settled()];
    await within(CLOSE_MS, Promise.all([...written, ...this.#lanes.map((lane) => lane.finish())]));
    for (const lane of this.#lanes) lane.abort();
  }

  #isHooked(documentId: string): boolean {
    return !this.#isKnown || this.#hooked.has(documentId);
  }

  /** What fails is tried again by the next sweep. */
  async #announce(documentId: string): Promise<void> {
    if (this.#closing) return;
    try {
      const hasWebhooks = await this.#announcer.announce(documentId);
      if (hasWebhooks) this.#wake();
      else this.#hooked.delete(documentId);
    } catch (error) {
      this.#options.logger.warn({ err: error, documentId }, "webhooks could not be told yet");
    }
  }

  #wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  /** Other nodes may have left something behind, to be told or to be sent. */
  #sweep(): void {
    this.#wake();
    this.#sweeping ??= this.#compareAll().finally(() => {
      this.#sweeping = undefined;
    });
  }

  /** Finds whom nobody has told: a server was killed, a document could not be read. */
  async #compareAll(): Promise<void> {
    try {
      let last: string | undefined = "";
      while (last !== undefined && !this.#closing) {
        const page = await this.#options.store.webhooksAfter(last, PAGE);
        for (const webhook of page) {
          this.#hooked.add(webhook.documentId);
          if (newsFor(webhook).length > 0) this.#pauses.stir(webhook.documentId);
        }
        last = page.length === PAGE ? page.at(-1)?.id : undefined;
      }
      this.#isKnown = true;
    } catch (error) {
      this.#options.logger.warn({ err: error }, "webhooks could not be compared");
    }
  }
}

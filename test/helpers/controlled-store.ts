/** A store, in memory unless told otherwise, with writes that wait or fail when told to. */
import { openMemoryStore } from "../../persistence/memory.ts";
import type { Entry, Store } from "../../persistence/store.ts";
import { StoreError, type StoreErrorCode } from "../../persistence/store-error.ts";

export class ControlledStore {
  readonly #inner: Store;
  #held: (() => void)[] | undefined;
  #failure: StoreErrorCode | undefined;
  #loadFailure = false;
  /** How often append was called. */
  appends = 0;
  loads = 0;

  readonly store: Store = {
    create: (document) => this.#inner.create(document),
    find: (id) => this.#inner.find(id),
    findLink: (hash) => this.#inner.findLink(hash),
    links: (id) => this.#inner.links(id),
    addLink: (id, link) => this.#inner.addLink(id, link),
    changeLink: (id, linkId, changes) => this.#inner.changeLink(id, linkId, changes),
    claimLink: (claim) => this.#inner.claimLink(claim),
    countUses: (uses) => this.#inner.countUses(uses),
    secret: (name) => this.#inner.secret(name),
    compact: (id, upTo) => this.#inner.compact(id, upTo),
    acceptLoss: (id, upTo) => this.#inner.acceptLoss(id, upTo),
    setDeleted: (id, deletedAt, since) => this.#inner.setDeleted(id, deletedAt, since),
    deletedBefore: (before, most, after) => this.#inner.deletedBefore(before, most, after),
    purge: (id, before) => this.#inner.purge(id, before),
    addWebhook: (id, webhook, most) => this.#inner.addWebhook(id, webhook, most),
    webhooks: (id) => this.#inner.webhooks(id),
    webhooksAfter: (id, most) => this.#inner.webhooksAfter(id, most),
    removeWebhook: (id, webhookId) => this.#inner.removeWebhook(id, webhookId),
    tellWebhooks: (tellings, inFlight) => this.#inner.tellWebhooks(tellings, inFlight),
    nextDeliveries: (which) => this.#inner.nextDeliveries(which),
    settleDelivery: (settlement) => this.#inner.settleDelivery(settlement),
    deliveries: (id, since) => this.#inner.deliveries(id, since),
    list: (before, most) => this.#inner.list(before, most),
    describe: (ids) => this.#inner.describe(ids),
    totals: () => this.#inner.totals(),
    close: () => this.#inner.close(),
    append: (batch) => this.#append(batch),
    load: async (id) => {
      this.loads += 1;
      if (this.#loadFailure) throw new StoreError("corrupt", "told to fail");
      return this.#inner.load(id);
    },
  };

  constructor(inner: Store = openMemoryStore()) {
    this.#inner = inner;
  }

  /** From now on writes wait for `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  fail(code: StoreErrorCode | undefined): void {
    this.#failure = code;
  }

  failLoads(fails: boolean): void {
    this.#loadFailure = fails;
  }

  async #append(batch: readonly Entry[]): Promise<readonly number[]> {
    this.appends += 1;
    const held = this.#held;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    if (this.#failure) throw new StoreError(this.#failure, "told to fail");
    return this.#inner.append(batch);
  }
}

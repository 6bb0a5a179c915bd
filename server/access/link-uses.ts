/** Counts how often links are used, and has that stored now and then: nobody waits for it. */
import type { Logger } from "pino";
import type { LinkUse, Store } from "../../persistence/store.ts";

/** How long a use may go unstored, in milliseconds. */
const FLUSH_MS = 5000;

export class LinkUses {
  readonly #store: Pick<Store, "countUses">;
  readonly #logger: Logger;
  #waiting = new Map<string, LinkUse>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Pick<Store, "countUses">, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** Somebody opened the document by it. */
  used(linkId: string, at: number): void {
    this.#add(linkId, 1, at);
  }

  /** A call was made with it. */
  seen(linkId: string, at: number): void {
    this.#add(linkId, 0, at);
  }

  #add(linkId: string, more: number, at: number): void {
    const count = (this.#waiting.get(linkId)?.count ?? 0) + more;
    this.#waiting.set(linkId, { linkId, count, at });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Store what was counted. What cannot be stored is given up: it is no more than a number. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const uses = [...this.#waiting.values()];
    this.#waiting = new Map();
    if (uses.length === 0) return;
    await this.#store.countUses(uses).catch((error: unknown) => {
      this.#logger.warn({ err: error, links: uses.length }, "uses of links could not be counted");
    });
  }
}

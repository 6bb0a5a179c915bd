/**
 * This server as one node of several: compares once a second what is open here with the store, which
 * finds whatever the lines between nodes have lost: entries of logs, links that were revoked, documents
 * that were deleted.
 */
import type { Logger } from "pino";
import type { SharedStore } from "../persistence/shared-store.ts";
import type { Gatekeeper } from "./access/gatekeeper.ts";
import type { Bus } from "./bus.ts";
import type { Rooms } from "./rooms.ts";

/** Between two comparisons, in milliseconds. */
const COMPARE_MS = 1000;

/** What makes a server one of several. */
export interface Sharing {
  readonly bus: Bus;
  readonly store: SharedStore;
}

export interface ClusterOptions {
  readonly store: Pick<SharedStore, "heads">;
  readonly gatekeeper: Pick<Gatekeeper, "changedElsewhere" | "compare" | "documentIds">;
  readonly rooms: Pick<Rooms, "openIds" | "compare">;
  readonly logger: Logger;
  readonly compareMs?: number | undefined;
}

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #comparisons: NodeJS.Timeout;
  #comparing: Promise<void> | undefined;
  #hasFailed = false;

  /** Starts at once. */
  constructor(options: ClusterOptions) {
    this.#options = options;
    const { compareMs = COMPARE_MS } = options;
    this.#comparisons = setInterval(() => this.#tryToCompare(), compareMs).unref();
  }

  /** Ends the comparisons; resolves when none is under way. */
  async close(): Promise<void> {
    clearInterval(this.#comparisons);
    await this.#comparing;
  }

  #tryToCompare(): void {
    this.#comparing ??= this.#compare()
      .then(
        () => (this.#hasFailed = false),
        (error: unknown) => this.#failed(error),
      )
      .then(() => (this.#comparing = undefined));
  }

  async #compare(): Promise<void> {
    const { store, gatekeeper, rooms } = this.#options;
    const ids = [...new Set([...rooms.openIds, ...gatekeeper.documentIds])];
    if (ids.length === 0) return;
    const heads = await store.heads(ids);
    for (const head of heads) rooms.compare(head);
    await gatekeeper.compare(new Map(heads.map(({ id, access }) => [id, access])));
  }

  /** Said once, not once a second. */
  #failed(error: unknown): void {
    if (!this.#hasFailed) {
      this.#options.logger.warn({ err: error }, "documents could not be compared with the store");
    }
    this.#hasFailed = true;
  }
}

/**
 * This server as one node of several: compares once a second what is open here with the store, which
 * finds whatever the lines between nodes have lost: entries of logs, links that were revoked, documents
 * that were deleted.
 */
import type { Logger } from "pino";
import type { SharedStore } from "../persistence/shared-store.ts";
import type { Gatekeeper } from "./access/gatekeeper.ts";
import type { Rooms } from "./rooms.ts";

/** Between two comparisons, in milliseconds. */
const COMPARE_MS = 1000;

export interface ClusterOptions {
  readonly store: Pick<SharedStore, "heads">;
  readonly gatekeeper: Pick<Gatekeeper, "changedElsewhere" | "compare" | "documentIds">;
  readonly rooms: Pick<Rooms, "all">;
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
    // Before the question: what is saved while it is answered may not be in the answer.
    const open = rooms.all().map((room) => ({ room, seq: room.seq }));
    const ids = new Set([...gatekeeper.documentIds, ...open.map(({ room }) => room.documentId)]);
    if (ids.size === 0) return;
    const heads = await store.heads([...ids]);
    const byId = new Map(heads.map((head) => [head.id, head]));
    for (const { room, seq } of open) room.compare(byId.get(room.documentId), seq);
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

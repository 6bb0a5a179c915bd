/**
 * How the server does, as its sockets are told: what the store says, and while that is well
 * whether other nodes can be reached. Without other nodes the store's own health is enough.
 */
import type { ServerState } from "#protocol/frames.ts";
import type { Bus } from "./bus.ts";
import type { StoreHealth } from "./store-health.ts";

export interface Health {
  readonly state: ServerState;
  /** Calls back when the state may have changed; the answer ends it. */
  watch(listener: () => void): () => void;
}

export class SharedHealth implements Health {
  readonly #store: StoreHealth;
  readonly #bus: Pick<Bus, "state" | "watch">;

  constructor(store: StoreHealth, bus: Pick<Bus, "state" | "watch">) {
    this.#store = store;
    this.#bus = bus;
  }

  get state(): ServerState {
    if (this.#store.state !== "ok") return this.#store.state;
    return this.#bus.state === "ok" ? "ok" : "apart";
  }

  watch(listener: () => void): () => void {
    const ends = [this.#store.watch(listener), this.#bus.watch(listener)];
    return () => ends.forEach((end) => end());
  }
}

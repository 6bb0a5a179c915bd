/**
 * Whether edits can be stored at the moment, as the last writes showed. One for
 * all rooms; the page, `/readyz` and the sockets read it.
 */
import type { StoreState } from "#protocol/frames.ts";
import { StoreError } from "../persistence/store-error.ts";

type Listener = (state: StoreState) => void;

export class StoreHealth {
  #state: StoreState = "ok";
  readonly #listeners = new Set<Listener>();

  get state(): StoreState {
    return this.#state;
  }

  /** Calls back at each change; the answer ends it. */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  succeeded(): void {
    this.#become("ok");
  }

  failed(error: unknown): void {
    this.#become(error instanceof StoreError && error.code === "full" ? "full" : "failing");
  }

  #become(state: StoreState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

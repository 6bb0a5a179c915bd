/**
 * Whether edits can be stored at the moment, as the last writes showed. One for
 * all rooms; the page, `/readyz` and the sockets read it.
 */
import type { StoreState } from "#protocol/frames.ts";
import { StoreError } from "../persistence/store-error.ts";

type Listener = (state: StoreState) => void;

/** A failure is believed for so long: whoever still waits for the store will say so again. Milliseconds. */
const BELIEVED_MS = 15_000;

export class StoreHealth {
  #state: StoreState = "ok";
  #forgetting: NodeJS.Timeout | undefined;
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
    clearTimeout(this.#forgetting);
    this.#become("ok");
  }

  failed(error: unknown): void {
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => this.#become("ok"), BELIEVED_MS).unref();
    this.#become(error instanceof StoreError && error.code === "full" ? "full" : "failing");
  }

  #become(state: StoreState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

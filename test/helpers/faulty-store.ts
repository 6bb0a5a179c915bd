/** A store whose every call can be made to fail, to wait, or never to answer. */
import { openMemoryStore } from "../../persistence/memory.ts";
import type { Store } from "../../persistence/store.ts";
import { StoreError, type StoreErrorCode } from "../../persistence/store-error.ts";

export type Method = keyof Store;

/** `late` waits until `mend` and is then done; `never` was given up by then, and is not. */
export type Fault = StoreErrorCode | "late" | "never";

export class FaultyStore {
  readonly #faults = new Map<Method, Fault>();
  #waiting: (() => void)[] = [];
  /** How often each was called. */
  readonly calls = new Map<Method, number>();
  readonly store: Store;

  constructor(inner: Store = openMemoryStore()) {
    this.store = new Proxy(inner, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        const method = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => this.#call(name as Method, () => method(...args));
      },
    });
  }

  break(method: Method, fault: Fault): void {
    this.#faults.set(method, fault);
  }

  /** From now on everything works; what was late is done now. */
  mend(): void {
    this.#faults.clear();
    for (const go of this.#waiting.splice(0)) go();
  }

  async #call(method: Method, act: () => Promise<unknown>): Promise<unknown> {
    this.calls.set(method, (this.calls.get(method) ?? 0) + 1);
    const fault = this.#faults.get(method);
    if (fault === "never") return new Promise(() => undefined);
    if (fault === "late") await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else if (fault) throw new StoreError(fault, `${method} was told to fail`);
    return act();
  }
}

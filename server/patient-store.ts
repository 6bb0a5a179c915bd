/**
 * The store as the edges of the server see it: a question that is not answered in time
 * counts as failed, so that nobody waits for ever, and what fails is told to the health.
 */
import type { Store } from "../persistence/store.ts";
import { StoreError } from "../persistence/store-error.ts";
import type { StoreHealth } from "./store-health.ts";
import { within } from "./within.ts";

/**
 * These take as long as they take: an edit must not be stored twice, of a changed link or a deleted
 * document all who use it are told, what is folded or purged may be large, and counting takes many steps.
 */
const UNBOUNDED: ReadonlySet<string | symbol> = new Set<keyof Store>([
  "append",
  "changeLink",
  "setDeleted",
  "purge",
  "compact",
  "totals",
  "close",
]);

/** Asked only when it is about what the disk can do; a conflict says nothing of it. */
const OF_THE_DISK: ReadonlySet<unknown> = new Set(["full", "failing"]);

/** @param longestMs How long an answer may take, in milliseconds. */
export function patient<S extends Store>(store: S, health: StoreHealth, longestMs: number): S {
  const methods = new Map<string | symbol, unknown>();
  const bounded = (value: unknown, name: string | symbol) => {
    if (typeof value !== "function") return value;
    const method = value.bind(store) as (...args: unknown[]) => Promise<unknown>;
    if (UNBOUNDED.has(name)) return method;
    return (...args: unknown[]) => inTime(method(...args), health, longestMs);
  };
  return new Proxy(store, {
    get(target, name) {
      if (!methods.has(name)) methods.set(name, bounded(Reflect.get(target, name), name));
      return methods.get(name);
    },
  });
}

async function inTime<T>(answer: Promise<T>, health: StoreHealth, longestMs: number): Promise<T> {
  try {
    if (await within(longestMs, answer)) return await answer;
    throw new StoreError("failing", `the store has not answered for ${longestMs} ms`);
  } catch (error) {
    if (error instanceof StoreError && OF_THE_DISK.has(error.code)) health.failed(error);
    throw error;
  }
}

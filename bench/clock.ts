/** Turns and times of a load generator. */
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";

export { pause };

/** Calls `each` in every turn of the event loop, for some milliseconds. */
export async function everyTurn(milliseconds: number, each: () => void): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end;) {
    each();
    await nextTurn();
  }
}

/** Waits until something holds; says what did not when it takes too long. */
export async function until(
  condition: () => boolean,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  for (const end = performance.now() + timeoutMs; !condition(); await pause(5)) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
  }
}

/** Does something at even distances: `each` gets the number of the time, from 0. */
export async function atRate(
  perSecond: number,
  milliseconds: number,
  each: (n: number) => void,
): Promise<void> {
  const began = performance.now();
  const total = Math.floor((perSecond * milliseconds) / 1000);
  for (let done = 0; done < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond) + 1);
    for (; done < due; done++) each(done);
    await pause(1);
  }
}

/** Does something with each item, so many at once; answers in their order. */
export async function concurrently<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  each: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  // One iterator for all workers: each takes the next item.
  const queue = items.entries();
  const work = async () => {
    for (const [n, item] of queue) results[n] = await each(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

/** The value below which this share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

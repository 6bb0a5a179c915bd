/** Bounds how many requests of one kind run at once, for each document or address. */
import { AppError } from "../errors.ts";

/** Lets so many run for each key, and refuses the others with `rate`. */
export function placesFor(most: number, hint: string) {
  const taken = new Map<string, number>();
  return async (key: string, run: () => Promise<void>): Promise<void> => {
    const before = taken.get(key) ?? 0;
    if (before >= most) throw new AppError("rate", hint);
    taken.set(key, before + 1);
    try {
      await run();
    } finally {
      const left = (taken.get(key) ?? 1) - 1;
      if (left > 0) taken.set(key, left);
      else taken.delete(key);
    }
  };
}

/** Seeded randomness, so that a failing run can be repeated: `SEED=… npm test`. */
import type { TestContext } from "node:test";

export interface Random {
  /** A whole number from 0 to `below - 1`. */
  int(below: number): number;
  pick<T>(choices: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for a test. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const int = (below: number) => Math.floor((next() / 2 ** 32) * below);
  return {
    int,
    pick: (choices) => {
      const choice = choices[int(choices.length)];
      if (choice === undefined) throw new Error("nothing to pick from");
      return choice;
    },
    bytes: (length) => Uint8Array.from({ length }, () => int(256)),
  };
}

/** Randomness for one test, its seed printed with the test. */
export function seeded(t: Pick<TestContext, "diagnostic">): Random {
  const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`SEED=${seed}`);
  return randomFrom(seed);
}

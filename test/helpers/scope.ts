/** What ends with a test, or with a program that borrows the tests' helpers. */

/** A test's context is one. */
export interface Scope {
  after(cleanup: () => unknown): void;
}

/** A scope for a program: `end` cleans up, newest first. */
export function programScope(): Scope & { end(): Promise<void> } {
  const cleanups: (() => unknown)[] = [];
  return {
    after: (cleanup) => void cleanups.push(cleanup),
    end: async () => {
      for (const cleanup of cleanups.toReversed()) await cleanup();
    },
  };
}

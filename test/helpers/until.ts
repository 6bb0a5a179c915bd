/** Waiting for a condition, never for a time. */

export interface UntilOptions {
  /** What is waited for, for the message when it never comes. */
  readonly what?: string;
  /** Milliseconds after which waiting is given up; default 10,000. */
  readonly timeoutMs?: number;
}

/** Resolves with the first truthy answer of `condition`; it may throw or be asynchronous meanwhile. */
export async function until<T>(
  condition: () => T | Promise<T>,
  { what = condition.toString(), timeoutMs = 10_000 }: UntilOptions = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answered = condition();
    const answer = answered instanceof Promise ? await answered : answered;
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

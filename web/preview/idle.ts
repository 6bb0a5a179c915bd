/** Moments in which the page has nothing more urgent to do. */

/** Longest wait for one, in milliseconds. */
const PATIENCE_MS = 100;

export function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no such moments.
    if ("requestIdleCallback" in globalThis) {
      requestIdleCallback(() => resolve(), { timeout: PATIENCE_MS });
    } else setTimeout(resolve);
  });
}

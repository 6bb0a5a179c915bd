/** How long the page waits for the browser's own database, which may never answer, before it goes on without. */

const PATIENCE_MS = 3000;

/** @throws when the work fails, or takes too long; it is not ended by that. */
export async function withinPatience<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error("the database does not answer")),
    PATIENCE_MS,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

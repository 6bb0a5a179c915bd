/** What becomes of an attempt: delivered, tried again later, or given up. Pure; the clock and the dice are passed in. */
import type { Attempt, DueDelivery, Settlement } from "../../persistence/webhooks.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** What is waited after each failure, in milliseconds; after the last one, the same again. */
export const RETRY_MS: readonly number[] = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
];

/** A delivery that has not arrived by then is given up, in milliseconds. */
const GIVE_UP_MS = 24 * HOUR_MS;

/** Whatever else there is for a webhook that fails waits no longer than this; milliseconds. */
const LONGEST_REST_MS = 10 * MINUTE_MS;

/** Up to so much is added to each wait, so that those who failed together do not come together. */
const JITTER = 0.2;

const GONE = 410;

export interface Circumstances {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly retryMs?: readonly number[] | undefined;
  /** From 0 up to 1. */
  readonly random?: (() => number) | undefined;
}

/** By its answer: of what has a status, and of that, 2xx. */
export function isDelivered({ status }: Pick<Attempt, "status">): boolean {
  return status !== null && status >= 200 && status < 300;
}

export function settlementOf(
  delivery: DueDelivery,
  attempt: Attempt,
  { now, retryMs = RETRY_MS, random = Math.random }: Circumstances,
): Settlement {
  const { id: deliveryId, webhookId } = delivery;
  const attempts = [...delivery.attempts, attempt];
  const settled = { deliveryId, webhookId, attempts, nextAt: null, disabledAt: null };
  if (isDelivered(attempt)) return { ...settled, failures: 0, restUntil: 0 };
  const failures = delivery.failures + 1;
  if (attempt.status === GONE) return { ...settled, failures, restUntil: 0, disabledAt: now };
  const jitter = 1 + random() * JITTER;
  const waitAfter = (failed: number) => (retryMs[failed - 1] ?? retryMs.at(-1) ?? 0) * jitter;
  const again = Math.ceil(now + waitAfter(attempts.length));
  const restUntil = Math.ceil(now + Math.min(waitAfter(failures), LONGEST_REST_MS));
  const nextAt = again > delivery.at + GIVE_UP_MS ? null : again;
  return { ...settled, nextAt, failures, restUntil };
}

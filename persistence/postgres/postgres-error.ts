/**
 * What Postgres and the network throw, as the store's errors with what a person can do about it.
 * Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
import { DatabaseError } from "pg";
import { conflict, resultCode } from "../failure.ts";
import { StoreError } from "../store-error.ts";

const HINTS = {
  full: "Free some space on the disk of Postgres; what is unsaved is stored as soon as there is room.",
  failing: "Check that Postgres runs and can be reached at DATABASE_URL, and its log.",
  doubtful: "Check the connection to Postgres; whether the write is there, its log tells.",
} as const;

/** A full disk. */
const FULL = "53100";

/** A write to a server that takes none: a standby, or one that was made so. */
const READ_ONLY = "25006";

const FORBIDDEN = "42501";

/** A key that is taken, a row that is referred to and is not there. */
const CONFLICTS: ReadonlySet<string> = new Set(["23505", "23503"]);

/** Whatever was thrown; anything unknown counts as a failing database. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = resultCode(error);
  if (CONFLICTS.has(code)) return conflict(messageOf(error), error);
  return wrapped(code === FULL ? "full" : "failing", error);
}

/** Of a write that was sent and not answered: nobody knows whether it is on disk. */
export function doubtful(error: unknown): StoreError {
  return wrapped("doubtful", error);
}

/** Whether the server said it, and not the network. */
export function isFromServer(error: unknown): boolean {
  return error instanceof DatabaseError;
}

/** Whether the server takes no writes: another, to be reached at the same address, may. */
export function isReadOnly(error: unknown): boolean {
  return resultCode(error) === READ_ONLY;
}

/** Whether the server does not let this user do it. */
export function isForbidden(error: unknown): boolean {
  return resultCode(error) === FORBIDDEN;
}

function wrapped(code: keyof typeof HINTS, cause: unknown): StoreError {
  return new StoreError(code, messageOf(cause), { hint: HINTS[code], cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || resultCode(error) || error.name : String(error);
}

/**
 * Errors that every store has in common, and errors as data that crosses to another thread.
 * Knows no database.
 */
import { StoreError, type StoreErrorCode } from "./store-error.ts";

/** A StoreError as data: an error that is posted to another thread loses its class and fields. */
export interface Failure {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  /** Message of the cause. */
  readonly cause: string | undefined;
}

/** To be posted. */
export function asFailure({ code, message, hint, cause }: StoreError): Failure {
  return { code, message, hint, cause: cause === undefined ? undefined : wordsOf(cause) };
}

/** The error again, on the other side. */
export function storeErrorOf({ code, message, hint, cause }: Failure): StoreError {
  return new StoreError(code, message, {
    ...(hint !== undefined && { hint }),
    ...(cause !== undefined && { cause: new Error(cause) }),
  });
}

/** A stored row that is missing, does not match its checksum or does not decode. */
export function corrupt(message: string, cause?: unknown): StoreError {
  const hint = "Restore the newest backup beside it, and keep the damaged database for inspection.";
  return new StoreError("corrupt", message, { hint, cause });
}

/** What was to be stored contradicts what is stored. */
export function conflict(message: string, cause?: unknown): StoreError {
  const hint = "This is a mistake in Quire; please report it with the log.";
  return new StoreError("conflict", message, { hint, cause });
}

/** The database's or the system's name for what went wrong, such as `SQLITE_FULL`; "" for none. */
export function resultCode(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return [resultCode(error), words].filter(Boolean).join(": ");
}

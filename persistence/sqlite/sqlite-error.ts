/**
 * What SQLite and the file system throw, as the store's errors with what a person can
 * do about it, and those as data that crosses to another thread. Loads no SQLite.
 */
import { StoreError, type StoreErrorCode } from "../store-error.ts";

const HINTS = {
  full: "Free some space on the disk that holds DATA_DIR; what is unsaved is stored as soon as there is room.",
  failing: "Check the disk that holds DATA_DIR, and that Quire may write there.",
  corrupt:
    "Restore the newest backup into an empty DATA_DIR, and keep the damaged one for inspection.",
  conflict: "This is a mistake in Quire; please report it with the log.",
} as const;

/**
 * Result codes of SQLite (sqlite.org/rescode.html), of which the extended ones begin with the
 * plain one, and of the system. All others are `failing`: SQLITE_IOERR, SQLITE_BUSY,
 * SQLITE_READONLY, SQLITE_CANTOPEN, EACCES, and whatever is unknown.
 */
const CODES: readonly (readonly [prefix: string, code: keyof typeof HINTS])[] = [
  ["SQLITE_FULL", "full"],
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["SQLITE_CORRUPT", "corrupt"],
  ["SQLITE_NOTADB", "corrupt"],
  ["SQLITE_CONSTRAINT", "conflict"],
];

/** A StoreError as data: an error that is posted to another thread loses its class and fields. */
export interface Failure {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  /** Message of the cause. */
  readonly cause: string | undefined;
}

/** Whatever was thrown, as data; anything unknown counts as a failing disk. */
export function failureOf(error: unknown): Failure {
  const { code, message, hint, cause } = toStoreError(error);
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
  return new StoreError("corrupt", message, { hint: HINTS.corrupt, cause });
}

/** What was to be stored contradicts what is stored. */
export function conflict(message: string): StoreError {
  return new StoreError("conflict", message, { hint: HINTS.conflict });
}

/** SQLite's or the system's name for what went wrong, such as `SQLITE_FULL`; "" for none. */
export function resultCode(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** Whatever was thrown; anything unknown counts as a failing disk. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const result = resultCode(error);
  const code = CODES.find(([prefix]) => result.startsWith(prefix))?.[1] ?? "failing";
  const message = error instanceof Error ? error.message : String(error);
  return new StoreError(code, message, { hint: HINTS[code], cause: error });
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return [resultCode(error), words].filter(Boolean).join(": ");
}

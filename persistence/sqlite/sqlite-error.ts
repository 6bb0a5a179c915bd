/**
 * What SQLite and the file system throw, as the store's errors with what a person can
 * do about it. Loads no SQLite.
 */
import { asFailure, conflict, corrupt, type Failure, resultCode } from "../failure.ts";
import { StoreError } from "../store-error.ts";

const HINTS = {
  full: "Free some space on the disk that holds DATA_DIR; what is unsaved is stored as soon as there is room.",
  failing: "Check the disk that holds DATA_DIR, and that Quire may write there.",
} as const;

type Code = keyof typeof HINTS | "corrupt" | "conflict";

/**
 * Result codes of SQLite (sqlite.org/rescode.html), of which the extended ones begin with the
 * plain one, and of the system. All others are `failing`: SQLITE_IOERR, SQLITE_BUSY,
 * SQLITE_READONLY, SQLITE_CANTOPEN, EACCES, and whatever is unknown.
 */
const CODES: readonly (readonly [prefix: string, code: Code])[] = [
  ["SQLITE_FULL", "full"],
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["SQLITE_CORRUPT", "corrupt"],
  ["SQLITE_NOTADB", "corrupt"],
  ["SQLITE_CONSTRAINT", "conflict"],
];

/** Whatever was thrown, as data; anything unknown counts as a failing disk. */
export function failureOf(error: unknown): Failure {
  return asFailure(toStoreError(error));
}

/** Whatever was thrown; anything unknown counts as a failing disk. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const result = resultCode(error);
  const code = CODES.find(([prefix]) => result.startsWith(prefix))?.[1] ?? "failing";
  const message = error instanceof Error ? error.message : String(error);
  if (code === "corrupt") return corrupt(message, error);
  if (code === "conflict") return conflict(message, error);
  return new StoreError(code, message, { hint: HINTS[code], cause: error });
}

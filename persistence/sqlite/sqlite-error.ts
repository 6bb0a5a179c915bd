/** SQLite's result codes as the store's errors, each with what a person can do about it. */
import { StoreError, type StoreErrorCode } from "../store-error.ts";

const HINTS = {
  full: "Free some space on the disk that holds DATA_DIR; what is unsaved is stored as soon as there is room.",
  failing: "Check the disk that holds DATA_DIR, and that Quire may write there.",
  corrupt:
    "Restore the newest backup into an empty DATA_DIR, and keep the damaged one for inspection.",
  conflict: "This is a mistake in Quire; please report it with the log.",
} as const;

/** Result codes of SQLite (sqlite.org/rescode.html); extended ones begin with the plain one. */
const CODES: readonly (readonly [prefix: string, code: keyof typeof HINTS])[] = [
  ["SQLITE_FULL", "full"],
  ["SQLITE_CORRUPT", "corrupt"],
  ["SQLITE_NOTADB", "corrupt"],
  ["SQLITE_CONSTRAINT", "conflict"],
];

/** Whatever was thrown, as a StoreError; anything unknown counts as a failing disk. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return new StoreError(code, message, { hint: HINTS[code], cause: error });
}

/** A stored row that does not match its checksum, or is missing. */
export function corrupt(message: string): StoreError {
  return new StoreError("corrupt", message, { hint: HINTS.corrupt });
}

export function conflict(message: string): StoreError {
  return new StoreError("conflict", message, { hint: HINTS.conflict });
}

function codeOf(error: unknown): StoreErrorCode & keyof typeof HINTS {
  const { code } = (error ?? {}) as { code?: unknown };
  const result = typeof code === "string" ? code : "";
  return CODES.find(([prefix]) => result.startsWith(prefix))?.[1] ?? "failing";
}

/** The one error that persistence throws and rejects with. */

/**
 * - `full`: no space left; may pass.
 * - `failing`: an I/O error or a busy disk; may pass.
 * - `doubtful`: whoever was to write it has not answered; it may or may not be on disk.
 * - `corrupt`: what was read does not match its checksum or does not decode.
 * - `conflict`: a row with this key exists, or the document it names does not.
 * - `locked`: another process uses this data folder.
 * - `older`: the database was written by an older version, and is only to be read.
 * - `unfinished`: a migration into the database was cut off.
 * - `newer`: the database was written by a newer version.
 * - `missing`: there is no database, backup or folder of this name.
 * - `exists`: what would be written is there already.
 * - `closed`: the store was closed.
 */
export type StoreErrorCode =
  | "full"
  | "failing"
  | "doubtful"
  | "corrupt"
  | "conflict"
  | "locked"
  | "newer"
  | "older"
  | "unfinished"
  | "missing"
  | "exists"
  | "closed";

export interface StoreErrorOptions {
  /** What a person can do about it, as a sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  readonly hint: string | undefined;

  constructor(code: StoreErrorCode, message: string, options: StoreErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** @param name Of the database. */
export function unfinished(name: string): StoreError {
  return new StoreError("unfinished", `a migration to ${name} was begun and is not finished`, {
    hint: "Run it again, it goes on where it was; or empty it.",
  });
}

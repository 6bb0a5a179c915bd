/** What people are told whose update is not taken in, or whose document cannot be gone on with. Knows no room. */
import type { Head } from "../persistence/shared-store.ts";
import { AppError, type ErrorCode } from "./errors.ts";
import type { Outcome } from "./live-document.ts";

const REFUSALS: Partial<Record<Outcome, { readonly code: ErrorCode; readonly hint: string }>> = {
  malformed: { code: "malformed", hint: "An update did not decode." },
  full: {
    code: "full",
    hint: "The document has reached its size limit. Deleting still works.",
  },
  crowded: { code: "overload", hint: "Connect again, to sync anew." },
};

/** Undefined when nothing was refused. */
export function refusalOf(outcome: Outcome): AppError | undefined {
  const refusal = REFUSALS[outcome];
  return refusal && new AppError(refusal.code, refusal.hint);
}

/** Told to who would have the server edit. @param isDamaged Else too much waits for the disk. */
export function closedToEdits(isDamaged: boolean): AppError {
  const hint = isDamaged
    ? "Something of this document was lost. It takes edits again when somebody's copy brings that back, or its owner accepts the loss."
    : "Too much waits for the disk. Try again in a moment.";
  return new AppError("overload", hint);
}

export function noSuchDocument(): AppError {
  return new AppError("unknown", "There is no such document.");
}

/**
 * Why nobody can go on with a document as it is open here, by what the store says of it; undefined: they can.
 * @param open How far it was here before the store was asked.
 */
export function endOf(
  head: Head | undefined,
  open: Pick<Head, "epoch" | "seq">,
): AppError | undefined {
  if (!head) return noSuchDocument();
  if (head.epoch !== open.epoch) return new AppError("epoch", "Load the document anew.");
  // The store was set back. Whoever has what it has lost brings that along when they come back.
  if (head.seq < open.seq) return new AppError("restart", "Connect again in a moment.");
  return undefined;
}

/** What the sender of an update that was not taken in is told. Knows no room. */
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

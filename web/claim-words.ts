/** Why a link could not be exchanged, in words. */
import type { ApiError } from "./api.ts";

export function claimSentence({ reason, message, retryAfter }: ApiError): string {
  switch (reason) {
    case "wrong":
      return "That is not the password. Check it, or ask whoever sent the link.";
    case "rate":
      return `Too many wrong passwords. Try again ${later(retryAfter)}.`;
    default:
      return message;
  }
}

/** @param seconds As `Retry-After` says. */
function later(seconds: number | undefined): string {
  if (seconds === undefined) return "later";
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "in a minute" : `in ${minutes} minutes`;
}

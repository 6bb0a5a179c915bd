/** Why a link could not be exchanged, in words. */
import type { ApiError } from "./api.ts";
import { words } from "./words/words.ts";

export function claimSentence({ reason, message, retryAfter }: ApiError): string {
  switch (reason) {
    case "wrong":
      return words.value.claim.wrong;
    case "rate":
      return words.value.claim.tooMany(retryAfter && Math.ceil(retryAfter / 60));
    default:
      return message;
  }
}

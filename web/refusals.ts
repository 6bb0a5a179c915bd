/** What a person is told when the server refuses a link, by the close reason. */

export interface Refusal {
  readonly title: string;
  readonly advice: string;
}

const REFUSALS: Record<string, Refusal> = {
  token: {
    title: "This address is not complete",
    advice: "The part behind the # is missing. Ask whoever sent the link for the whole of it.",
  },
  unknown: {
    title: "There is no document here",
    advice: "Check that the address is complete.",
  },
  revoked: {
    title: "This link no longer works",
    advice: "Ask whoever sent it for a new one.",
  },
  expired: {
    title: "This link has expired",
    advice: "Ask whoever sent it for a new one.",
  },
  used: {
    title: "This link has been used up",
    advice: "It opens in a limited number of browsers. Ask whoever sent it for a new one.",
  },
  role: {
    title: "This link does not allow that any more",
    advice: "Reload the page to go on with what it still allows.",
  },
  deleted: {
    title: "This document was deleted",
    advice: "Whoever owns it can restore it for 30 days.",
  },
};

/** Undefined when the text stays on the page and the save state says what happened. */
export function refusalFor(reason: string | undefined): Refusal | undefined {
  return reason === undefined ? undefined : REFUSALS[reason];
}

/**
 * The words beside the title that say whether the text is safe. A pure function
 * of what the provider knows: "Saved" comes from acknowledgements alone.
 */
import { CLOSE_CODES } from "#protocol/close-codes.ts";
import type { StoreState } from "#protocol/frames.ts";
import type { LinkState } from "./sync/link.ts";

export interface SaveFacts {
  readonly link: LinkState;
  /** The document has been received once. */
  readonly synced: boolean;
  /** Undefined until the server has shown it. */
  readonly mayEdit: boolean | undefined;
  /** Local changes without acknowledgement. */
  readonly unsaved: number;
  readonly storeState: StoreState;
}

export interface SaveState {
  /** `busy` is drawn late, so that a save that takes a moment does not flicker. */
  readonly tone: "good" | "busy" | "warn" | "bad" | "quiet";
  readonly text: string;
}

const STORE_WORDS: Record<Exclude<StoreState, "ok">, string> = {
  full: "Not saved – the server's disk is full. Your changes are kept in this tab.",
  failing: "Not saved – the server cannot store at the moment. Your changes are kept in this tab.",
  "read-only": "Not saved – this document is being repaired. Your changes are kept in this tab.",
};

const REFUSAL_WORDS: Record<number, string> = {
  [CLOSE_CODES.frameTooLarge]: "Not saved – the last change is too large. Copy it and reload.",
  [CLOSE_CODES.malformed]:
    "Not saved – the server did not understand this page. Copy your changes and reload.",
  [CLOSE_CODES.otherEpoch]:
    "Not saved – this document was rebuilt meanwhile. Copy your last changes and reload.",
  [CLOSE_CODES.documentFull]:
    "Not saved – this document has reached its size limit. Copy your last change and reload.",
  4429: "Not saved – too much was sent at once. Wait a minute and reload.",
};

const LINK_ENDED = "Not saved – this link does not work any more.";

/** What to say; empty as long as nothing is known. */
export function saveState(facts: SaveFacts): SaveState {
  const { link, synced, unsaved } = facts;
  if (link.kind === "refused") {
    return { tone: "bad", text: REFUSAL_WORDS[link.code] ?? LINK_ENDED };
  }
  if (link.kind === "lost" || link.kind === "closed") return offline(unsaved);
  return synced ? connected(facts) : { tone: "quiet", text: "" };
}

function connected({ mayEdit, unsaved, storeState }: SaveFacts): SaveState {
  if (mayEdit === false) return reading(unsaved);
  if (storeState !== "ok") return { tone: "bad", text: STORE_WORDS[storeState] };
  return unsaved > 0 ? { tone: "busy", text: "Saving…" } : { tone: "good", text: "Saved" };
}

/** A role may have fallen while something was being written. */
function reading(unsaved: number): SaveState {
  if (unsaved === 0) return { tone: "quiet", text: "Read only – this link lets you read." };
  return { tone: "bad", text: "Not saved – this link lets you read only. Copy your last changes." };
}

function offline(unsaved: number): SaveState {
  if (unsaved === 0) return { tone: "warn", text: "Offline" };
  const changes = unsaved === 1 ? "change" : "changes";
  return { tone: "warn", text: `Offline – ${unsaved} ${changes} kept in this tab` };
}

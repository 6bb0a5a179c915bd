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
  /** Something was sent that the server has not said to be on disk, changes of this page or not. */
  readonly isPending: boolean;
  /** The editor met an error. */
  readonly isBroken: boolean;
  readonly storeState: StoreState;
  /** How many of them the browser keeps, also when the tab is closed; undefined when it keeps none. */
  readonly onDevice: number | undefined;
}

export interface SaveState {
  /** `busy` is drawn late, so that a save that takes a moment does not flicker. */
  readonly tone: "good" | "busy" | "warn" | "bad" | "quiet";
  readonly text: string;
}

const STORE_WORDS: Record<Exclude<StoreState, "ok">, string> = {
  full: "the server's disk is full",
  failing: "the server cannot store at the moment",
  "read-only": "this document is being repaired",
};

const REFUSAL_WORDS: Record<number, string> = {
  [CLOSE_CODES.frameTooLarge]: "Not saved – the last change is too large. Copy it and reload.",
  [CLOSE_CODES.malformed]:
    "Not saved – the server did not understand this page. Copy your changes and reload.",
  [CLOSE_CODES.noToken]: "Not saved – this link needs a password.",
  [CLOSE_CODES.otherEpoch]:
    "Not saved – this document was replaced by another version. Your text is kept as a draft.",
  [CLOSE_CODES.documentFull]:
    "Not saved – this document has reached its size limit. Copy your last change and reload.",
  4429: "Not saved – too much was sent at once. Wait a minute and reload.",
};

const SAVING: SaveState = { tone: "busy", text: "Saving…" };

const BROKEN: SaveState = {
  tone: "bad",
  text: "Not saved – this page met an error. Copy what you wrote last and reload.",
};

const LINK_ENDED = "Not saved – this link does not work any more.";

/** What to say; empty as long as nothing is known. */
export function saveState(facts: SaveFacts): SaveState {
  const { link, synced, unsaved, isBroken } = facts;
  if (isBroken) return BROKEN;
  if (link.kind === "refused") {
    return { tone: "bad", text: REFUSAL_WORDS[link.code] ?? LINK_ENDED };
  }
  if (link.kind === "lost" || link.kind === "closed") return offline(facts);
  if (synced) return connected(facts);
  return unsaved > 0 ? SAVING : { tone: "quiet", text: "" };
}

function connected(facts: SaveFacts): SaveState {
  const { mayEdit, unsaved, isPending, storeState } = facts;
  if (mayEdit === false) return reading(unsaved);
  if (storeState === "read-only" && unsaved === 0) {
    return { tone: "warn", text: "Read only – this document is being repaired." };
  }
  if (storeState !== "ok") {
    const text = `Not saved – ${STORE_WORDS[storeState]}. Your changes are ${kept(facts)}.`;
    return { tone: "bad", text };
  }
  return unsaved > 0 || isPending ? SAVING : { tone: "good", text: "Saved" };
}

/** A role may have fallen while something was being written. */
function reading(unsaved: number): SaveState {
  if (unsaved === 0) return { tone: "quiet", text: "Read only – this link lets you read." };
  return { tone: "bad", text: "Not saved – this link lets you read only. Copy your last changes." };
}

/** A change is counted when it is where the words say: on the device that is a moment after the key. */
function offline(facts: SaveFacts): SaveState {
  const count = Math.min(facts.unsaved, facts.onDevice ?? Infinity);
  if (count === 0) return { tone: "warn", text: "Offline" };
  const changes = count === 1 ? "change" : "changes";
  return { tone: "warn", text: `Offline – ${count} ${changes} ${kept(facts)}` };
}

function kept({ onDevice }: SaveFacts): string {
  return onDevice === undefined ? "kept in this tab" : "kept on this device";
}

/**
 * The words beside the title that say whether the text is safe. A pure function
 * of what the provider knows and of the language: "Saved" comes from acknowledgements alone.
 */
import { CLOSE_CODES } from "#protocol/close-codes.ts";
import type { ServerState } from "#protocol/frames.ts";
import type { LinkState } from "./sync/link.ts";
import type { Words } from "./words/english.ts";
import { words } from "./words/words.ts";

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
  readonly storeState: ServerState;
  /** How many of them the browser keeps, also when the tab is closed; undefined when it keeps none. */
  readonly onDevice: number | undefined;
}

export interface SaveState {
  /** `busy` is drawn late, so that a save that takes a moment does not flicker. */
  readonly tone: "good" | "busy" | "warn" | "bad" | "quiet";
  /** The same as long as the same is the case, whatever the words and counts. */
  readonly reason: string;
  readonly text: string;
}

/** Whatever else ends a link is its end. */
const REFUSED: Record<number, keyof Words["saving"]["refused"]> = {
  [CLOSE_CODES.frameTooLarge]: "frameTooLarge",
  [CLOSE_CODES.malformed]: "malformed",
  [CLOSE_CODES.noToken]: "noToken",
  [CLOSE_CODES.otherEpoch]: "otherEpoch",
  [CLOSE_CODES.documentFull]: "documentFull",
  [CLOSE_CODES.tooFast]: "tooFast",
};

/** What to say; empty as long as nothing is known. */
export function saveState(facts: SaveFacts): SaveState {
  const { link, synced, unsaved, isBroken } = facts;
  const { broken, refused, saving } = words.value.saving;
  if (isBroken) return { tone: "bad", reason: "broken", text: broken };
  if (link.kind === "refused") {
    const why = REFUSED[link.code] ?? "linkEnded";
    return { tone: "bad", reason: `refused:${why}`, text: refused[why] };
  }
  if (link.kind === "lost" || link.kind === "closed") return offline(facts);
  if (synced) return connected(facts);
  if (unsaved > 0) return { tone: "busy", reason: "saving", text: saving };
  return { tone: "quiet", reason: "unknown", text: "" };
}

function connected(facts: SaveFacts): SaveState {
  const { mayEdit, unsaved, isPending, storeState, onDevice } = facts;
  const { repairs, notStored, storeProblems, saving, saved, savedApart } = words.value.saving;
  if (mayEdit === false) return reading(unsaved);
  if (storeState === "read-only" && unsaved === 0) {
    return { tone: "warn", reason: "repairs", text: repairs };
  }
  if (storeState !== "ok" && storeState !== "apart") {
    const text = notStored(storeProblems[storeState], onDevice !== undefined);
    return { tone: "bad", reason: `store:${storeState}`, text };
  }
  if (unsaved > 0 || isPending) return { tone: "busy", reason: "saving", text: saving };
  if (storeState === "apart") return { tone: "good", reason: "saved-apart", text: savedApart };
  return { tone: "good", reason: "saved", text: saved };
}

/** A role may have fallen while something was being written. */
function reading(unsaved: number): SaveState {
  const { reads, readsNow } = words.value.saving;
  if (unsaved === 0) return { tone: "quiet", reason: "reads", text: reads };
  return { tone: "bad", reason: "reads-now", text: readsNow };
}

/** A change is counted when it is where the words say: on the device that is a moment after the key. */
function offline({ unsaved, onDevice }: SaveFacts): SaveState {
  const count = Math.min(unsaved, onDevice ?? Infinity);
  const text = words.value.saving.offline(count, onDevice !== undefined);
  return { tone: "warn", reason: "offline", text };
}

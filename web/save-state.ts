/**
 * The words beside the title that say whether the text is safe. A pure function
 * of what the provider knows: "Saved" comes from acknowledgements alone.
 */
import type { StoreState } from "#protocol/frames.ts";
import type { LinkState } from "./sync/link.ts";

/** An edit is usually on disk before this; saying "Saving…" for each key would only flicker. Milliseconds. */
export const PATIENCE_MS = 400;

export interface SaveFacts {
  readonly link: LinkState;
  /** The document has been received once. */
  readonly synced: boolean;
  readonly unsaved: number;
  readonly unsavedSince: number | undefined;
  readonly storeState: StoreState;
  readonly now: number;
}

export interface SaveState {
  readonly tone: "good" | "busy" | "warn" | "bad" | "quiet";
  readonly text: string;
}

const STORE_WORDS: Record<Exclude<StoreState, "ok">, string> = {
  full: "Not saved – the server's disk is full. Your changes are kept in this tab.",
  failing: "Not saved – the server cannot store at the moment. Your changes are kept in this tab.",
  "read-only": "Not saved – this document is being repaired. Your changes are kept in this tab.",
};

/** Refusals after which the text stays on the page. */
const REFUSAL_WORDS: Record<string, string> = {
  full: "Not saved – this document has reached its size limit. Copy your last change and reload.",
  epoch: "Not saved – this document was rebuilt meanwhile. Copy your last changes and reload.",
  malformed: "Not saved – the server did not understand this page. Copy your changes and reload.",
};

export function saveState(facts: SaveFacts): SaveState {
  const { link, storeState, unsaved } = facts;
  if (link.kind === "refused") return { tone: "bad", text: refusalWords(link.reason) };
  if (!facts.synced && link.kind === "open") return { tone: "quiet", text: "" };
  if (link.kind !== "open") return { tone: "warn", text: offlineWords(unsaved) };
  if (storeState !== "ok") return { tone: "bad", text: STORE_WORDS[storeState] };
  return waited(facts) > PATIENCE_MS
    ? { tone: "busy", text: "Saving…" }
    : { tone: "good", text: "Saved" };
}

function waited({ unsavedSince, now }: SaveFacts): number {
  return unsavedSince === undefined ? 0 : now - unsavedSince;
}

function refusalWords(reason: string): string {
  return REFUSAL_WORDS[reason] ?? "Not saved – this link does not work any more.";
}

function offlineWords(unsaved: number): string {
  if (unsaved === 0) return "Offline";
  return `Offline – ${unsaved} ${unsaved === 1 ? "change" : "changes"} kept in this tab`;
}

/** Somebody in a room, and what they send, as far as the room cares. Knows no socket. */
import type { Receiver } from "./delivery.ts";
import type { Offer } from "./live-document.ts";
import type { Identity } from "./presence.ts";

export interface Participant extends Receiver {
  /** Stands in the log beside each of its edits. */
  readonly author: string;
  /** What the others are told of who it is, whatever it says of itself. */
  readonly identity: Identity;
  /** Its oldest update without an answer is covered once so many edits of the room are saved. */
  accepted(edits: number): void;
  /** So many edits of the room are on disk. */
  saved(edits: number): void;
  /** Whether it may edit the document has changed. */
  repaired(): void;
  /** Somebody else says to be it: if it gives no sign of life now it is to end, and that to be told first. */
  challenge(onSilent: () => void): void;
}

/** An update on its way in: what to apply, and the frame that carries it to the others. */
export interface Submission extends Offer {
  readonly frame: Uint8Array;
}

export interface Incoming extends Submission {
  readonly from: Participant;
}

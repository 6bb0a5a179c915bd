/**
 * Participants whose updates wait for predecessors that the room does not have:
 * when to ask one for its state, and when to have it start anew. Knows no document.
 */

/** What one participant may have waiting; Yjs merges it anew with each update. */
const MOST = { updates: 500, bytes: 1024 * 1024 };

export class Gaps<Participant extends object> {
  readonly #waiting = new Map<Participant, { updates: number; bytes: number }>();

  /** Another of its updates has to wait: ask it for its state once, and give up past the bound. */
  waits(participant: Participant, bytes: number): "ask" | "wait" | "give up" {
    const before = this.#waiting.get(participant);
    const now = { updates: (before?.updates ?? 0) + 1, bytes: (before?.bytes ?? 0) + bytes };
    this.#waiting.set(participant, now);
    if (now.updates > MOST.updates || now.bytes > MOST.bytes) return "give up";
    return before ? "wait" : "ask";
  }

  /** An update of it found everything it builds on, or it has left. */
  healed(participant: Participant): void {
    this.#waiting.delete(participant);
  }
}

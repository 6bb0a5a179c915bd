/**
 * Participants whose updates wait for predecessors that the room does not have: has one asked
 * for its state, which holds them, and has it start anew when that does not help. Knows no document.
 */
import { AppError } from "./errors.ts";

/** What one participant may have waiting; Yjs merges it anew with each update. */
const MOST = { updates: 500, bytes: 1024 * 1024 };

/** Somebody whose updates may have to wait. */
interface Sender {
  refuse(error: AppError): void;
}

export class Gaps<From extends Sender> {
  readonly #ask: (from: From) => void;
  readonly #waiting = new Map<From, { updates: number; bytes: number }>();

  /** @param ask Has somebody send all that it has. */
  constructor(ask: (from: From) => void) {
    this.#ask = ask;
  }

  /** Another of its updates has to wait. */
  waits(participant: From, bytes: number): void {
    const before = this.#waiting.get(participant);
    const now = { updates: (before?.updates ?? 0) + 1, bytes: (before?.bytes ?? 0) + bytes };
    this.#waiting.set(participant, now);
    if (now.updates > MOST.updates || now.bytes > MOST.bytes) {
      participant.refuse(new AppError("overload", "Connect again, to sync anew."));
    } else if (!before) this.#ask(participant);
  }

  /** An update of it found everything it builds on, or it has left. */
  healed(participant: From): void {
    this.#waiting.delete(participant);
  }
}

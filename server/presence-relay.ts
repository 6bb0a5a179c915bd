/** Passes on what changed in a room's presence, gathered, a few times a second at most. Knows no participant. */

/** Shortest time between two presence messages of a room, in milliseconds. */
const SHORTEST_MS = 50;

export class PresenceRelay {
  readonly #send: () => void;
  #timer: NodeJS.Timeout | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(send: () => void) {
    this.#send = send;
  }

  /** Something changed. */
  schedule(): void {
    if (this.#timer) return;
    const wait = Math.max(0, this.#sentAt + SHORTEST_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sentAt = performance.now();
      this.#send();
    }, wait);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

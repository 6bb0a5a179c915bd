/**
 * Participants who read more slowly than the others write. Each is remembered by what it
 * was last sent, not by a queue: when it can take more it gets one difference. Knows no socket.
 */

interface Lag {
  /** State vector of what it was sent, or of what it asked for since. */
  vector: Uint8Array;
  /** It waits for the answer to a step 1. */
  hasAsked: boolean;
}

interface Slow {
  /** More is on its way to it than it should be. */
  readonly isBehind: boolean;
  /** Calls back once, when it can take more. */
  onDrained(callback: () => void): void;
}

export class Laggards<Participant extends Slow> {
  readonly #lags = new Map<Participant, Lag>();
  readonly #onDrained: (participant: Participant) => void;

  /** @param onDrained Somebody can take more: `recover` it. */
  constructor(onDrained: (participant: Participant) => void) {
    this.#onDrained = onDrained;
  }

  has(participant: Participant): boolean {
    return this.#lags.has(participant);
  }

  /** Whether it is behind, from now on or already; `vector` is asked for only from now on. */
  check(participant: Participant, vector: () => Uint8Array): boolean {
    if (this.#lags.has(participant)) return true;
    if (!participant.isBehind) return false;
    this.#lags.set(participant, { vector: vector(), hasAsked: false });
    participant.onDrained(() => {
      if (this.#lags.has(participant)) this.#onDrained(participant);
    });
    return true;
  }

  /** It asks for what it lacks while it is behind: it will be answered then. False: it is not behind. */
  asks(participant: Participant, vector: Uint8Array): boolean {
    const lag = this.#lags.get(participant);
    if (!lag) return false;
    lag.vector = vector;
    lag.hasAsked = true;
    return true;
  }

  /** It is behind no more; answers since when it has got nothing. */
  recover(participant: Participant): Lag | undefined {
    const lag = this.#lags.get(participant);
    this.#lags.delete(participant);
    return lag;
  }
}

/**
 * Which local changes the server has not yet said are on disk. Counts frames as
 * the server counts them: step 2 and update frames, from 0 on each socket.
 * Knows no socket and no document.
 */

interface Sent {
  /** Number of the frame that carried the changes. */
  readonly frame: number;
  readonly changes: number;
  readonly since: number;
}

export class Ledger {
  readonly #now: () => number;
  #sent: Sent[] = [];
  #frames = 0;
  /** Changes that no frame of the present socket carries. */
  #unsent = 0;
  #unsentSince = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Changes that are not acknowledged. */
  get unsaved(): number {
    return this.#sent.reduce((sum, { changes }) => sum + changes, this.#unsent);
  }

  /** Whether a frame is not acknowledged: it may carry what an earlier visit wrote, and nobody counted. */
  get isPending(): boolean {
    return this.#sent.length > 0;
  }

  /** When the oldest change or frame without acknowledgement was made, in milliseconds; undefined for none. */
  get oldest(): number | undefined {
    return this.#sent[0]?.since ?? (this.#unsent > 0 ? this.#unsentSince : undefined);
  }

  changed(): void {
    this.adopted(1);
  }

  /** So many changes, of an earlier visit, wait to be sent as well. */
  adopted(changes: number): void {
    if (this.#unsent === 0) this.#unsentSince = this.#now();
    this.#unsent += changes;
  }

  /** A frame went out that carries a part of what the next ones complete. */
  sentPart(): void {
    this.#frames += 1;
    this.#sent.push({ frame: this.#frames, changes: 0, since: this.#now() });
  }

  /** A step 2 or update frame went out; with it every change that was unsent is on its way. */
  sent(): void {
    this.#frames += 1;
    const since = this.#unsent > 0 ? this.#unsentSince : this.#now();
    this.#sent.push({ frame: this.#frames, changes: this.#unsent, since });
    this.#unsent = 0;
  }

  /** The first `count` frames are on disk. */
  acknowledged(count: number): void {
    this.#sent = this.#sent.filter(({ frame }) => frame > count);
  }

  /** The socket is gone: what it had not acknowledged must be sent again. */
  disconnected(): void {
    const oldest = this.#sent.find(({ changes }) => changes > 0)?.since;
    this.#unsent = this.unsaved;
    if (oldest !== undefined) this.#unsentSince = oldest;
    this.#sent = [];
    this.#frames = 0;
  }
}

/** How many connections are held open, by address and by document, and whether one more may be: sockets, event streams, waiting answers. */

export interface SocketLimitsOptions {
  /** Open at once; 0: no limit. */
  readonly maxSocketsPerAddress: number;
  readonly maxSocketsPerDoc: number;
}

export class SocketLimits {
  readonly #addresses: Tally;
  readonly #documents: Tally;

  constructor({ maxSocketsPerAddress, maxSocketsPerDoc }: SocketLimitsOptions) {
    this.#addresses = new Tally(maxSocketsPerAddress);
    this.#documents = new Tally(maxSocketsPerDoc);
  }

  /** Count one more; answers how to take it off again, once, or undefined when it is one too many. */
  enter(address: string, documentId: string): (() => void) | undefined {
    if (this.#addresses.isFull(address) || this.#documents.isFull(documentId)) return undefined;
    this.#addresses.add(address, 1);
    this.#documents.add(documentId, 1);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#addresses.add(address, -1);
      this.#documents.add(documentId, -1);
    };
  }
}

class Tally {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  isFull(name: string): boolean {
    return this.#most > 0 && (this.#counts.get(name) ?? 0) >= this.#most;
  }

  add(name: string, more: number): void {
    const count = (this.#counts.get(name) ?? 0) + more;
    if (count > 0) this.#counts.set(name, count);
    else this.#counts.delete(name);
  }
}

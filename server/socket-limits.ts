/** How many connections are held open, by address and by document, and whether one more may be: sockets, event streams, waiting answers. */
import { Census, type CensusOptions } from "./census.ts";

export interface SocketLimitsOptions {
  /** Open at once; 0: no limit. */
  readonly maxSocketsPerAddress: number;
  readonly maxSocketsPerDoc: number;
  /** Where all nodes count together; undefined: there is but this one. */
  readonly together?: CensusOptions | undefined;
}

/** Takes a connection off again, once. */
export type Leave = () => void;

export class SocketLimits {
  readonly #addresses: Tally;
  readonly #documents: Tally;
  readonly #isShared: boolean;

  constructor({ maxSocketsPerAddress, maxSocketsPerDoc, together }: SocketLimitsOptions) {
    this.#isShared = together !== undefined;
    this.#addresses = new Tally("address", maxSocketsPerAddress, together);
    this.#documents = new Tally("document", maxSocketsPerDoc, together);
  }

  /**
   * Count one more; answers how to take it off again, or undefined when it is one too many. At
   * once where this node is the only one.
   */
  enter(address: string, documentId: string): Leave | undefined | Promise<Leave | undefined> {
    if (this.#addresses.isFull(address) || this.#documents.isFull(documentId)) return undefined;
    this.#addresses.add(address, 1);
    this.#documents.add(documentId, 1);
    let isIn = true;
    const leave = () => {
      if (!isIn) return;
      isIn = false;
      this.#addresses.add(address, -1);
      this.#documents.add(documentId, -1);
    };
    return this.#isShared ? this.#admitted(address, documentId, leave) : leave;
  }

  /** Idempotent. */
  close(): void {
    this.#addresses.close();
    this.#documents.close();
  }

  async #admitted(address: string, documentId: string, leave: Leave): Promise<Leave | undefined> {
    const asked = [this.#addresses.admits(address), this.#documents.admits(documentId)];
    if ((await Promise.all(asked)).every(Boolean)) return leave;
    leave();
    return undefined;
  }
}

class Tally {
  readonly #most: number;
  readonly #counts = new Map<string, number>();
  readonly #census: Census | undefined;

  constructor(kind: string, most: number, together: CensusOptions | undefined) {
    this.#most = most;
    if (together && most > 0) {
      this.#census = new Census({ ...together, kind, most, counts: this.#counts });
    }
  }

  isFull(name: string): boolean {
    return this.#most > 0 && (this.#counts.get(name) ?? 0) >= this.#most;
  }

  /** Whether those of the other nodes leave room for what was added. */
  async admits(name: string): Promise<boolean> {
    return this.#census?.admits(name) ?? true;
  }

  add(name: string, more: number): void {
    const count = (this.#counts.get(name) ?? 0) + more;
    if (count > 0) this.#counts.set(name, count);
    else this.#counts.delete(name);
    if (more < 0) this.#census?.fell(name);
  }

  close(): void {
    this.#census?.close();
  }
}

/**
 * Tells who asked that a document has changed: event streams, waiting exports, webhooks
 * and the search index. Only of what is on disk, in this process. Knows no room.
 */

/** A document's log is on disk up to `seq`. */
export interface Change {
  readonly documentId: string;
  readonly seq: number;
}

type Listener = (change: Change) => void;

export class Changes {
  readonly #ofAll = new Set<Listener>();
  readonly #ofDocument = new Map<string, Set<Listener>>();

  /** Be told of every document, until the answer is called. A listener must not throw and returns soon. */
  follow(listener: Listener): () => void {
    this.#ofAll.add(listener);
    return () => this.#ofAll.delete(listener);
  }

  /** Be told of one document, until the answer is called. */
  followDocument(documentId: string, listener: Listener): () => void {
    const listeners = this.#ofDocument.get(documentId) ?? new Set();
    this.#ofDocument.set(documentId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      const isLast = listeners.size === 0 && this.#ofDocument.get(documentId) === listeners;
      if (isLast) this.#ofDocument.delete(documentId);
    };
  }

  /** Called by a room after each of its commits. */
  saved(change: Change): void {
    for (const listener of this.#ofAll) listener(change);
    for (const listener of this.#ofDocument.get(change.documentId) ?? []) listener(change);
  }
}

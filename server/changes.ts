/**
 * Tells who asked that a document has changed: event streams, waiting exports, webhooks and the
 * search index. Of text only what is on disk; of other nodes' only in documents that are open
 * here. Knows no room.
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
  readonly #ofPeople = new Map<string, Set<() => void>>();

  /** Be told of every document, until the answer is called. A listener must not throw and returns soon. */
  follow(listener: Listener): () => void {
    this.#ofAll.add(listener);
    return () => this.#ofAll.delete(listener);
  }

  /** Be told of one document, until the answer is called. */
  followDocument(documentId: string, listener: Listener): () => void {
    return enlist(this.#ofDocument, documentId, listener);
  }

  /** Be told when other people are in a document, or say something else of themselves. */
  followPeople(documentId: string, listener: () => void): () => void {
    return enlist(this.#ofPeople, documentId, listener);
  }

  /** Called by a room after each of its commits. */
  saved(change: Change): void {
    for (const listener of this.#ofAll) listener(change);
    for (const listener of this.#ofDocument.get(change.documentId) ?? []) listener(change);
  }

  /** Called by a room, at most as often as it passes presence on. */
  peopleChanged(documentId: string): void {
    for (const listener of this.#ofPeople.get(documentId) ?? []) listener();
  }
}

function enlist<L>(lists: Map<string, Set<L>>, documentId: string, listener: L): () => void {
  const listeners = lists.get(documentId) ?? new Set();
  lists.set(documentId, listeners.add(listener));
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && lists.get(documentId) === listeners) lists.delete(documentId);
  };
}

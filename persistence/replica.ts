/**
 * A document rebuilt from stored bytes only to be looked at: whether they apply, and
 * whether two ways to it end the same. Knows no store.
 */
import * as Y from "yjs";

/** Bytes that Yjs does not take, and why. */
export interface Refused<Row> {
  readonly row: Row;
  readonly reason: string;
}

/** One document, from nothing. To be destroyed after use. */
export class Replica {
  readonly #doc = new Y.Doc();

  /** Applies in order; answers what does not decode, and the first that breaks Yjs, after which it stops. */
  apply<Row extends { readonly bytes: Uint8Array }>(rows: readonly Row[]): Refused<Row>[] {
    const refused: Refused<Row>[] = [];
    // Decoded first: Yjs would apply half of a malformed update before it throws.
    const sound = rows.filter((row) => tried(row, refused, () => Y.decodeUpdate(row.bytes)));
    let current = sound[0];
    if (!current) return refused;
    try {
      // One transaction: cleaning up after each update would make this quadratic.
      this.#doc.transact(() => {
        for (current of sound) Y.applyUpdate(this.#doc, current.bytes);
      });
    } catch (error) {
      refused.push({ row: current, reason: wordsOf(error) });
    }
    return refused;
  }

  /**
   * In what this and `other` differ; empty: in nothing. Deletions are compared by what is left,
   * since Yjs tidies rich text after each transaction and may delete more in one than in many.
   */
  differencesTo(other: Replica): string[] {
    const [mine, theirs] = [this.#views(), other.#views()];
    return Object.keys(mine).filter((view) => mine[view] !== theirs[view]);
  }

  destroy(): void {
    this.#doc.destroy();
  }

  #views(): Record<string, string> {
    return {
      "state vector": stateOf(this.#doc),
      text: this.#doc.getText("content").toString(),
      meta: JSON.stringify(sorted(Object.entries(this.#doc.getMap("meta").toJSON()))),
    };
  }
}

function tried<Row>(row: Row, refused: Refused<Row>[], action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    refused.push({ row, reason: wordsOf(error) });
    return false;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** In the order of client ids: Yjs writes them in the order it came to know them. */
function stateOf(doc: Y.Doc): string {
  return JSON.stringify(sorted([...Y.decodeStateVector(Y.encodeStateVector(doc))]));
}

function sorted<Key extends string | number>(entries: [Key, unknown][]): [Key, unknown][] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

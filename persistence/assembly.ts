/**
 * Builds a Y.Doc from a log of updates, whatever is in it. Some updates decode
 * and still break Yjs while they are applied, at once or only when what they wait
 * for arrives; one of those must not make its document unreadable for ever.
 */
import * as Y from "yjs";

/**
 * Yjs goes through all that waits at each further update: once that is more than
 * so many bytes, so many updates are merged before they are applied.
 */
const MERGED = { bytes: 1024, updates: 50 };

export interface Assembly {
  readonly doc: Y.Doc;
  /** Indexes of the updates without which all others apply. */
  readonly aside: ReadonlySet<number>;
}

/** @throws whatever Yjs throws at bytes that do not decode. */
export function assemble(updates: readonly Uint8Array[]): Assembly {
  const assembler = new Assembler(updates);
  assembler.take(0, updates.length);
  return assembler;
}

/** Whether a state that was encoded can be opened again: Yjs can write what it cannot read. */
export function opens(state: Uint8Array): boolean {
  const doc = assembled([state]);
  doc?.destroy();
  return doc !== undefined;
}

class Assembler implements Assembly {
  readonly aside = new Set<number>();
  doc = emptyDoc();
  readonly #updates: readonly Uint8Array[];

  constructor(updates: readonly Uint8Array[]) {
    this.#updates = updates;
  }

  /**
   * In one transaction, since cleaning up after each update would take long. What
   * breaks is found without starting over: the work stays in proportion to the
   * number of updates that break.
   */
  take(from: number, to: number): void {
    if (from === to) return;
    const before = Y.encodeStateAsUpdate(this.doc);
    const failedAt = applyAll(this.doc, this.#updates.slice(from, to));
    if (failedAt === undefined) return;
    for (const update of this.#updates.slice(from, to)) Y.decodeUpdate(update);
    this.#startFrom(before);
    if (to - from === 1) return this.#blame(from);
    // Yjs may fail at the end, when it tidies up: then nobody knows for which of them.
    const many = to - from > MERGED.updates ? MERGED.updates : 1;
    const middle = failedAt === "end" ? (from + to) >> 1 : from + (failedAt || many);
    this.take(from, middle);
    this.take(middle, to);
  }

  /** One update breaks this document: by itself, or by what had been waiting for it? */
  #blame(index: number): void {
    const update = this.#updates[index] ?? new Uint8Array();
    const settled = withoutWaiting(this.doc);
    if (!assembled([settled, update])) {
      this.aside.add(index);
      return;
    }
    const waiting = this.#waitingBefore(index);
    const without = (some: readonly number[]) => {
      const kept = waiting.filter((one) => !some.includes(one)).toReversed();
      return assembled([settled, ...kept.map((one) => this.#updates[one] ?? settled), update]);
    };
    const culprits = smallest(waiting, without);
    for (const culprit of culprits) this.aside.add(culprit);
    const doc = without(culprits);
    if (doc) this.#become(doc);
  }

  /** Newest first. Of a snapshot only a part may wait; only that is then left out. */
  #waitingBefore(index: number): number[] {
    return [...this.#updates.keys()]
      .slice(0, index)
      .filter((one) => {
        const update = this.#updates[one];
        return update && !this.aside.has(one) && !isIntegrated(this.doc, Y.decodeUpdate(update));
      })
      .toReversed();
  }

  #startFrom(state: Uint8Array): void {
    const doc = emptyDoc();
    Y.applyUpdate(doc, state);
    this.#become(doc);
  }

  #become(doc: Y.Doc): void {
    this.doc.destroy();
    this.doc = doc;
  }
}

/** One of `suspects` if all is well without that one, else all of them. */
function smallest(
  suspects: readonly number[],
  isWellWithout: (some: readonly number[]) => unknown,
): readonly number[] {
  let left = suspects;
  while (left.length > 1) {
    const half = left.slice(0, left.length >> 1);
    left = isWellWithout(half) ? half : left.slice(half.length);
  }
  return isWellWithout(left) ? left : suspects;
}

/** The state of a document as if nothing waited in it. */
function withoutWaiting({ store }: Y.Doc): Uint8Array {
  const doc = emptyDoc();
  doc.store.clients = store.clients;
  return Y.encodeStateAsUpdate(doc);
}

/** Its id is asked for by nobody, and making one takes longer than the rest of an empty document. */
function emptyDoc(): Y.Doc {
  return new Y.Doc({ guid: "" });
}

/** Undefined when one of them breaks it. */
function assembled(updates: readonly Uint8Array[]): Y.Doc | undefined {
  const doc = emptyDoc();
  return applyAll(doc, updates) === undefined ? doc : undefined;
}

/** Index of the first update that was not applied, or that it failed at the end; undefined when all was applied. */
function applyAll(doc: Y.Doc, updates: readonly Uint8Array[]): number | "end" | undefined {
  let index: number | "end" = "end";
  try {
    doc.transact(() => {
      for (let at = 0; at < updates.length;) {
        index = at;
        at += applyNext(doc, updates, at);
      }
      index = "end";
    });
    return undefined;
  } catch {
    return index;
  }
}

/** Answers how many were applied. Few are taken one by one, so that it is known which of them failed. */
function applyNext(doc: Y.Doc, updates: readonly Uint8Array[], at: number): number {
  const waiting = doc.store.pendingStructs?.update.length ?? 0;
  const isSlow = waiting > MERGED.bytes && updates.length > MERGED.updates;
  const [first = new Uint8Array(), ...more] = updates.slice(at, at + (isSlow ? MERGED.updates : 1));
  Y.applyUpdate(doc, more.length > 0 ? Y.mergeUpdates([first, ...more]) : first);
  return 1 + more.length;
}

/** Whether all of an update is in the document: no struct waits, and no deletion is left to do. */
export function isIntegrated(doc: Y.Doc, update: ReturnType<typeof Y.decodeUpdate>): boolean {
  return (
    update.structs.every(
      (struct) =>
        struct instanceof Y.Skip ||
        struct.id.clock + struct.length <= Y.getState(doc.store, struct.id.client),
    ) &&
    [...update.ds.clients].every(([client, ranges]) =>
      ranges.every(({ clock, len }) => isDeleted(doc, client, clock, clock + len)),
    )
  );
}

function isDeleted(doc: Y.Doc, client: number, from: number, to: number): boolean {
  const structs = doc.store.clients.get(client) ?? [];
  if (to > Y.getState(doc.store, client)) return false;
  if (from === to) return true;
  for (let index = Y.findIndexSS(structs, from); index < structs.length; index++) {
    const struct = structs[index];
    if (!struct || struct.id.clock >= to) break;
    if (!struct.deleted) return false;
  }
  return true;
}

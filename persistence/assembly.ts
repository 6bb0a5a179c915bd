/**
 * Builds a Y.Doc from a log of updates, whatever is in it. Some updates decode
 * and still break Yjs while they are applied, at once or only when what they wait
 * for arrives; one of those must not make its document unreadable for ever.
 */
import * as Y from "yjs";

/** How many waiting updates are tried as the cause of a failure, newest first. */
const SUSPECTS = 50;

export interface Assembly {
  readonly doc: Y.Doc;
  /** Indexes of the updates without which all others apply. */
  readonly aside: ReadonlySet<number>;
}

/** @throws whatever Yjs throws at bytes that do not decode. */
export function assemble(updates: readonly Uint8Array[]): Assembly {
  const aside = new Set<number>();
  for (;;) {
    const doc = new Y.Doc();
    const failed = applyAll(doc, updates, aside);
    if (failed === undefined) return { doc, aside };
    doc.destroy();
    Y.decodeUpdate(updates[failed] ?? new Uint8Array());
    aside.add(culprit(updates.slice(0, failed + 1), aside));
  }
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

/** Index of the update at which it failed; undefined when all was applied. */
function applyAll(
  doc: Y.Doc,
  updates: readonly Uint8Array[],
  aside: ReadonlySet<number>,
): number | undefined {
  let index = -1;
  try {
    // One transaction: cleaning up after each update would make this quadratic.
    doc.transact(() => {
      for (const update of updates) {
        index += 1;
        if (!aside.has(index)) Y.applyUpdate(doc, update);
      }
    });
    return undefined;
  } catch {
    return index;
  }
}

/** The last of `updates` made it fail: is it to blame, or one that had been waiting for it? */
function culprit(updates: readonly Uint8Array[], aside: ReadonlySet<number>): number {
  const last = updates.length - 1;
  const waiting = waitingAmong(updates.slice(0, last), aside);
  const blamed = waiting.find((index) => {
    const doc = new Y.Doc();
    const failed = applyAll(doc, updates, new Set([...aside, index]));
    doc.destroy();
    return failed === undefined;
  });
  return blamed ?? last;
}

function waitingAmong(updates: readonly Uint8Array[], aside: ReadonlySet<number>): number[] {
  const doc = new Y.Doc();
  applyAll(doc, updates, aside);
  const waiting = [...updates.keys()].filter((index) => {
    const update = updates[index];
    return update && !aside.has(index) && !isIntegrated(doc, Y.decodeUpdate(update));
  });
  doc.destroy();
  return waiting.toReversed().slice(0, SUSPECTS);
}

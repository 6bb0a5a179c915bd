/**
 * How a log of updates becomes one snapshot. With `replica.ts` the only place in
 * persistence that knows what the bytes mean; knows no store.
 */
import * as Y from "yjs";

/**
 * One Yjs update that says all that `snapshot` and then `updates`, in order, say.
 * Updates whose predecessors are missing are kept inside it as pending structs,
 * so it heals like the log does when the predecessor arrives. Throws whatever
 * Yjs throws at bytes that do not decode.
 */
export function foldUpdates(
  snapshot: Uint8Array | undefined,
  updates: readonly Uint8Array[],
): Uint8Array {
  const doc = new Y.Doc();
  try {
    // One transaction: cleaning up after each update would make this quadratic.
    doc.transact(() => {
      if (snapshot) Y.applyUpdate(doc, snapshot);
      for (const update of updates) Y.applyUpdate(doc, update);
    });
    return Y.encodeStateAsUpdate(doc);
  } finally {
    doc.destroy();
  }
}

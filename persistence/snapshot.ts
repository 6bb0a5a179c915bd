/** How a log of updates becomes one snapshot. Knows no store. */
import * as Y from "yjs";
import { assemble, opens } from "./assembly.ts";

/**
 * One Yjs update that says all that `snapshot` and then `updates`, in order, say.
 * Updates whose predecessors are missing are kept inside it as pending structs,
 * so it heals like the log does when the predecessor arrives; those that cannot
 * be applied are left out, and stay in the log. Throws whatever Yjs throws at
 * bytes that do not decode, and when what it made of them could not be opened.
 */
export function foldUpdates(
  snapshot: Uint8Array | undefined,
  updates: readonly Uint8Array[],
): Uint8Array {
  const { doc } = assemble(snapshot ? [snapshot, ...updates] : updates);
  try {
    const state = Y.encodeStateAsUpdate(doc);
    if (!opens(state)) throw new Error("the snapshot could not be opened");
    return state;
  } finally {
    doc.destroy();
  }
}

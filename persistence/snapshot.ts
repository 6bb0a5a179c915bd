/** How a log of updates becomes one snapshot. Knows no store. */
import * as Y from "yjs";
import { assemble } from "./assembly.ts";

/**
 * One Yjs update that says all that `snapshot` and then `updates`, in order, say.
 * Updates whose predecessors are missing are kept inside it as pending structs,
 * so it heals like the log does when the predecessor arrives; those that cannot
 * be applied are left out, and stay in the log. Throws whatever Yjs throws at
 * bytes that do not decode.
 */
export function foldUpdates(
  snapshot: Uint8Array | undefined,
  updates: readonly Uint8Array[],
): Uint8Array {
  const { doc } = assemble(snapshot ? [snapshot, ...updates] : updates);
  try {
    return Y.encodeStateAsUpdate(doc);
  } finally {
    doc.destroy();
  }
}

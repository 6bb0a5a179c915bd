/** Updates that decode, but break Yjs while they are applied; found by mutating real ones. */
import * as Y from "yjs";
import { typing } from "./raw-client.ts";

/** Once the first seven letters of client 1 are there; until then it waits for them. */
export const POISON = Uint8Array.from([1, 1, 2, 0, 196, 2, 5, 1, 6, 2, 122, 122, 0]);

/** Eight honest letters, and then the poison. */
export function breakingUpdates(): Uint8Array[] {
  const doc = new Y.Doc();
  doc.clientID = 1;
  return [...typing("12345678", doc), POISON];
}

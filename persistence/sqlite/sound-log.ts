/**
 * What can be used of a document's rows when some are damaged: everything that is as it
 * was written, and how much is not. Judges by numbers and checksums; knows no Y.Doc.
 */
import { countLost } from "../loss.ts";
import type { Damage } from "../store.ts";
import { isIntact } from "../checksum.ts";
import { readLog, updatesAfter } from "./log-reader.ts";
import type { Head, Statements } from "./statements.ts";

type Reading = Pick<Statements, "findSnapshot" | "findUpdates" | "findEntries" | "findRuns">;

export interface SoundLog {
  readonly snapshot: Uint8Array | undefined;
  readonly tail: readonly Uint8Array[];
  readonly damage: Damage | undefined;
}

/** The snapshot and what follows it up to `upTo`, or the whole log where there is no sound snapshot. */
export function readSound(statements: Reading, head: Head, upTo: number): SoundLog {
  const newest = statements.findSnapshot.get(head.document);
  const snapshot = newest && isIntact(newest) ? newest : undefined;
  const from = snapshot?.seq ?? 0;
  const rows = snapshot
    ? [...updatesAfter(statements, head.document, from, upTo)].filter(isIntact)
    : readLog(statements, head.document).updates;
  const lost = countLost(rows, { from, upTo, accepted: head.accepted });
  const isSnapshotLost = snapshot !== newest;
  return {
    snapshot: snapshot?.bytes,
    tail: rows.map(({ bytes }) => bytes),
    damage: lost > 0 || isSnapshotLost ? { updates: lost, snapshot: isSnapshotLost } : undefined,
  };
}

/**
 * What can be used of a document's rows when some are damaged: every one that is
 * as it was written, and how many are not. Pure; asks no database.
 */
import { crc32 } from "node:zlib";
import type { Damage } from "../store.ts";
import type { UpdateRow } from "./statements.ts";

/** The part of a log that was asked for: after `from`, up to and including `upTo`. */
export interface LogRange {
  readonly from: number;
  readonly upTo: number;
  /** Losses up to and including this number were accepted, and are not told again. */
  readonly accepted: number;
}

/** Whether the bytes are those that were written. */
export function isIntact({ checksum, bytes }: UpdateRow): boolean {
  return crc32(bytes) === checksum;
}

/** The updates that are whole, in order, and how many others the range should have held. */
export function soundLog(rows: readonly UpdateRow[], { from, upTo, accepted }: LogRange) {
  const intact = rows.filter(isIntact);
  const known = Math.max(from, accepted);
  const expected = Math.max(0, upTo - known);
  const lost = expected - intact.filter(({ seq }) => seq > known).length;
  return { tail: intact.map(({ bytes }) => bytes), lost };
}

/** Undefined for none. */
export function damageOf(lost: number, isSnapshotLost: boolean): Damage | undefined {
  return lost > 0 || isSnapshotLost ? { updates: lost, snapshot: isSnapshotLost } : undefined;
}

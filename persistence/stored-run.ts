/**
 * A run as a store keeps it: which updates belong together in one, that it is read back before
 * its updates go, and what is wrong with one that cannot be read. Asks no database.
 */
import { crc32 } from "node:zlib";
import { isIntact } from "./checksum.ts";
import { decodeRun, encodeRun, type LoggedUpdate } from "./run.ts";

/** What a run may hold, so that reading one takes no long time. A larger update is a row. */
export const RUN_LIMITS = { updates: 500, bytes: 512 * 1024 };

/** Less is not worth a run, as long as more may come. */
const LEAST = { rows: 256, bytes: 64 * 1024 };

/** Many updates as compressed bytes; of which numbers the first and last are. */
export interface StoredRun {
  readonly first: number;
  readonly last: number;
  readonly checksum: number;
  readonly bytes: Uint8Array;
}

/** Whether rows should become a run. */
export function isWorthARun(updates: readonly LoggedUpdate[]): boolean {
  const size = updates.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return updates.length >= LEAST.rows || size >= LEAST.bytes;
}

/** @param updates In order, at least one. */
export function runOf(updates: readonly LoggedUpdate[]): StoredRun {
  const bytes = encodeRun(updates);
  const [first, last] = [updates[0]?.seq ?? 0, updates.at(-1)?.seq ?? 0];
  return { first, last, checksum: crc32(bytes), bytes };
}

/** The same for rows that are about to go: nothing may rest on the packing alone. */
export function provenRunOf(updates: readonly LoggedUpdate[]): StoredRun {
  const run = runOf(updates);
  assertReadsBack(run.bytes, updates);
  return run;
}

/** Its updates, in order; where it is damaged, what is wrong with it. */
export function contentsOf(run: StoredRun): LoggedUpdate[] | string {
  if (!isIntact(run)) return "does not match its checksum";
  try {
    const updates = decodeRun(run.bytes);
    const isNamedWell = updates[0]?.seq === run.first && updates.at(-1)?.seq === run.last;
    return isNamedWell ? updates : "holds other updates";
  } catch (error) {
    return `cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function assertReadsBack(bytes: Uint8Array, updates: readonly LoggedUpdate[]): void {
  const back = decodeRun(bytes);
  const isSame = (update: LoggedUpdate, index: number) => {
    const { seq, author, at, checksum } = back[index] ?? {};
    return (
      isIntact({ ...update, bytes: back[index]?.bytes ?? new Uint8Array() }) &&
      update.seq === seq &&
      update.author === author &&
      update.at === at &&
      update.checksum === checksum
    );
  };
  if (back.length === updates.length && updates.every(isSame)) return;
  throw new Error(`updates from ${updates[0]?.seq} on do not come back from their run`);
}

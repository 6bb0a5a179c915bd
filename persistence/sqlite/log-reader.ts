/**
 * The whole log of a document, whether its updates lie in rows or in runs: what is
 * intact, in order, and what is damaged. Judges bytes by their checksums alone; knows
 * no Y.Doc and does not miss what is not there.
 */
import { isIntact } from "./checksum.ts";
import { decodeRun, type LoggedUpdate } from "./run.ts";
import type { DocumentKey, RunRow, Statements, UpdateRow } from "./statements.ts";

/** Updates that cannot be trusted. A run may jump over numbers between its first and last. */
export interface DamagedPart {
  readonly first: number;
  readonly last: number;
  /** Such as `update 4` or `run 1 to 1000`. */
  readonly row: string;
  readonly problem: string;
}

export interface Log {
  /** Oldest first. */
  readonly updates: readonly LoggedUpdate[];
  /** Oldest first. */
  readonly damaged: readonly DamagedPart[];
}

type Reading = Pick<Statements, "findEntries" | "findUpdates" | "findRuns">;

/** To be called in a transaction where others may write: packing moves rows into runs. */
export function readLog(
  { findEntries, findRuns }: Pick<Reading, "findEntries" | "findRuns">,
  document: DocumentKey,
): Log {
  const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
  const rows = findEntries.all(document, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER, MAX_SAFE_INTEGER);
  const damaged: DamagedPart[] = [];
  const packed = findRuns
    .all(document, MIN_SAFE_INTEGER)
    .flatMap((run) => contentsOf(run, damaged));
  const updates = [...packed, ...rows].toSorted((one, other) => one.seq - other.seq);
  const intact = updates.filter((update) => {
    if (isIntact(update)) return true;
    const { seq } = update;
    const problem = "does not match its checksum";
    damaged.push({ first: seq, last: seq, row: `update ${seq}`, problem });
    return false;
  });
  return { updates: intact, damaged: damaged.toSorted((one, other) => one.first - other.first) };
}

/**
 * The updates after `from`, up to and including `upTo`, in order, each for its reader to hold
 * against its checksum; of a run that is damaged there is nothing. Reads no further than is asked for.
 */
export function* updatesAfter(
  { findUpdates, findRuns }: Pick<Reading, "findUpdates" | "findRuns">,
  document: DocumentKey,
  from: number,
  upTo: number,
): Generator<UpdateRow> {
  let after = from;
  for (const run of findRuns.iterate(document, from)) {
    if (run.first > upTo) break;
    yield* findUpdates.iterate(document, after, run.first - 1);
    // Rows that could not be packed may lie between the numbers of a run.
    const rows = findUpdates.all(document, Math.max(after, run.first - 1), run.last);
    const within = [...contentsOf(run, []), ...rows].toSorted((one, other) => one.seq - other.seq);
    yield* within.filter(({ seq }) => seq > from && seq <= upTo);
    after = run.last;
  }
  yield* findUpdates.iterate(document, after, upTo);
}

function contentsOf(run: RunRow, damaged: DamagedPart[]): LoggedUpdate[] {
  const { first, last } = run;
  const refuse = (problem: string) => {
    damaged.push({ first, last, row: `run ${first} to ${last}`, problem });
    return [];
  };
  if (!isIntact(run)) return refuse("does not match its checksum");
  try {
    const updates = decodeRun(run.bytes);
    const isNamedWell = updates[0]?.seq === first && updates.at(-1)?.seq === last;
    return isNamedWell ? updates : refuse("holds other updates");
  } catch (error) {
    return refuse(`cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
}

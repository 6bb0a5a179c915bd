/**
 * The whole log of a document, whether its updates lie in rows or in runs: what is
 * intact, in order, and what is damaged. Judges bytes by their checksums alone; knows
 * no Y.Doc and does not miss what is not there.
 */
import { isIntact } from "../checksum.ts";
import type { LoggedUpdate, UpdateRow } from "../run.ts";
import { contentsOf } from "../stored-run.ts";
import type { DocumentKey, RunRow, Statements } from "./statements.ts";

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
  const packed = findRuns.all(document, MIN_SAFE_INTEGER).flatMap((run) => updatesIn(run, damaged));
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
    const within = [...updatesIn(run, []), ...rows].toSorted((one, other) => one.seq - other.seq);
    yield* within.filter(({ seq }) => seq > from && seq <= upTo);
    after = run.last;
  }
  yield* findUpdates.iterate(document, after, upTo);
}

function updatesIn(run: RunRow, damaged: DamagedPart[]): LoggedUpdate[] {
  const updates = contentsOf(run);
  if (typeof updates !== "string") return updates;
  const { first, last } = run;
  damaged.push({ first, last, row: `run ${first} to ${last}`, problem: updates });
  return [];
}

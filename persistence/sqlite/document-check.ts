/**
 * What is wrong with the rows of one document: their numbers, their checksums, and
 * whether log and snapshot make the same document. Pure; asks no database.
 */
import { type Refused, Replica } from "../replica.ts";
import { isIntact } from "../checksum.ts";
import type { Log } from "./log-reader.ts";
import type { UpdateRow } from "../run.ts";

/** Something wrong with a row, or with rows that should be there. */
export interface RowProblem {
  /** Such as `update 4`, `updates 4 to 6`, `run 1 to 1000` or `snapshot 2`. */
  readonly row: string;
  readonly problem: string;
}

interface NamedRow extends UpdateRow {
  readonly name: string;
}

/** @param log Of the document, whole. */
export function checkDocument(log: Log, snapshot: UpdateRow | undefined): RowProblem[] {
  const updates = log.updates.map((row) => ({ ...row, name: `update ${row.seq}` }));
  const start = snapshot ? [{ ...snapshot, name: `snapshot ${snapshot.seq}` }] : [];
  const problems = numbering(log, snapshot);
  for (const { name } of start.filter((row) => !isIntact(row))) {
    problems.push({ row: name, problem: "does not match its checksum" });
  }
  for (const { row, problem } of log.damaged) problems.push({ row, problem });
  return [...problems, ...replay(updates, start.filter(isIntact), problems)];
}

function numbering({ updates, damaged }: Log, snapshot: UpdateRow | undefined): RowProblem[] {
  const problems: RowProblem[] = [];
  const twice = updates.filter(({ seq }, index) => seq === updates[index - 1]?.seq);
  for (const { seq } of twice) problems.push({ row: `update ${seq}`, problem: "is there twice" });
  let next = 1;
  for (const { first, last } of [...updates.map(spanOf), ...damaged].toSorted(byFirst)) {
    if (first < 1) problems.push({ row: `update ${first}`, problem: "comes before the first" });
    if (first > next) problems.push(missing(next, first - 1));
    next = Math.max(next, last + 1);
  }
  if (snapshot && snapshot.seq >= next) problems.push(missing(next, snapshot.seq));
  return problems;
}

interface Span {
  readonly first: number;
  readonly last: number;
}

function spanOf({ seq }: { readonly seq: number }): Span {
  return { first: seq, last: seq };
}

function byFirst(one: Span, other: Span): number {
  return one.first - other.first;
}

function missing(from: number, to: number): RowProblem {
  if (from === to) return { row: `update ${from}`, problem: "is missing" };
  return { row: `updates ${from} to ${to}`, problem: "are missing" };
}

/**
 * What does not apply. The log is the truth: opening by the snapshot must end where the log
 * alone does; but were anything wrong `already`, that they differ would say nothing new.
 */
function replay(
  updates: readonly NamedRow[],
  [snapshot]: readonly NamedRow[],
  already: readonly RowProblem[],
): RowProblem[] {
  const [byLog, opened] = [new Replica(), new Replica()];
  try {
    const refused = byLog.apply(updates);
    if (snapshot) {
      const tail = updates.filter(({ seq }) => seq > snapshot.seq);
      const known = new Set(refused.map(({ row }) => row));
      refused.push(...opened.apply([snapshot, ...tail]).filter(({ row }) => !known.has(row)));
    }
    if (refused.length > 0) return refused.map(toProblem);
    const differences = snapshot && already.length === 0 ? opened.differencesTo(byLog) : [];
    return differences.map((view) => ({
      row: snapshot?.name ?? "",
      problem: `gives another ${view} than the log`,
    }));
  } finally {
    byLog.destroy();
    opened.destroy();
  }
}

function toProblem({ row, reason }: Refused<NamedRow>): RowProblem {
  return { row: row.name, problem: `does not apply: ${reason}` };
}

/**
 * What is wrong with the rows of one document: their numbers, their checksums, and
 * whether log and snapshot make the same document. Pure; asks no database.
 */
import { crc32 } from "node:zlib";
import { type Refused, Replica } from "../replica.ts";
import type { UpdateRow } from "./statements.ts";

/** Something wrong with a row, or with rows that should be there. */
export interface RowProblem {
  /** Such as `update 4`, `updates 4 to 6` or `snapshot 2`. */
  readonly row: string;
  readonly problem: string;
}

interface NamedRow extends UpdateRow {
  readonly name: string;
}

/** @param log Every update of the document, in order. */
export function checkDocument(
  log: readonly UpdateRow[],
  snapshot: UpdateRow | undefined,
): RowProblem[] {
  const updates = log.map((row) => ({ ...row, name: `update ${row.seq}` }));
  const start = snapshot ? [{ ...snapshot, name: `snapshot ${snapshot.seq}` }] : [];
  const damaged = new Set<NamedRow>(
    [...start, ...updates].filter(({ bytes, checksum }) => crc32(bytes) !== checksum),
  );
  const isIntact = (row: NamedRow) => !damaged.has(row);
  const problems = numbering(log, snapshot);
  for (const { name } of damaged) {
    problems.push({ row: name, problem: "does not match its checksum" });
  }
  return [...problems, ...replay(updates.filter(isIntact), start.filter(isIntact), problems)];
}

function numbering(log: readonly UpdateRow[], snapshot: UpdateRow | undefined): RowProblem[] {
  const problems: RowProblem[] = [];
  let next = 1;
  for (const { seq } of log) {
    if (seq < 1) problems.push({ row: `update ${seq}`, problem: "comes before the first" });
    if (seq > next) problems.push(missing(next, seq - 1));
    next = Math.max(next, seq + 1);
  }
  if (snapshot && snapshot.seq >= next) problems.push(missing(next, snapshot.seq));
  return problems;
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

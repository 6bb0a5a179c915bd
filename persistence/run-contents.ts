/**
 * Runs as they move between stores, each of which numbers authors in its own way: opened, with
 * their names. One that is damaged stays the bytes that it is.
 */
import type { Row, RunEntry, Value } from "./document-rows.ts";
import { contentsOf, runOf } from "./stored-run.ts";

/** A row of runs with what it holds instead of its bytes and their checksum; `size` is theirs. */
export function opened(row: Row, nameOf: (author: number) => string): Row {
  const { bytes, checksum, first, last } = row;
  if (!(bytes instanceof Uint8Array)) return row;
  const numbers = { first: Number(first), last: Number(last), checksum: Number(checksum) };
  const updates = contentsOf({ ...numbers, bytes });
  if (typeof updates === "string") return row;
  const entries = updates.map(({ seq, author, at, checksum: own, bytes: update }) => {
    return { seq, author: nameOf(author), at, checksum: own, bytes: update };
  });
  return { ...row, checksum: null, bytes: entries, size: bytes.length };
}

/** The row again, as it is stored. */
export function closed(row: Row, numberOf: (author: string) => number): Row {
  if (!isOpen(row.bytes)) return row;
  const entries = row.bytes.map(({ seq, author, at, checksum, bytes }) => {
    return { seq, author: numberOf(author), at, checksum, bytes };
  });
  return { ...row, ...runOf(entries) };
}

/** For a store whose runs jump over no number: as several rows where this one does, unless it is damaged. */
export function withoutJumps(row: Row): Row[] {
  if (!isOpen(row.bytes)) return [row];
  const stretches: RunEntry[][] = [];
  for (const entry of row.bytes) {
    const stretch = stretches.at(-1);
    if (stretch?.at(-1)?.seq === entry.seq - 1) stretch.push(entry);
    else stretches.push([entry]);
  }
  return stretches.map((bytes) => Object.assign({}, row, { bytes }));
}

/** Whether it is a run that was opened. */
export function isOpen(value: Value | undefined): value is readonly RunEntry[] {
  return Array.isArray(value);
}

/**
 * Packs the part of a log that a snapshot holds into runs, one a transaction. What lies behind
 * the snapshot stays in rows, so that opening never has to look into runs.
 */
import { isIntact } from "../checksum.ts";
import type { LoggedUpdate } from "../run.ts";
import { isWorthARun, provenRunOf, RUN_LIMITS } from "../stored-run.ts";
import type { Queries } from "./database.ts";
import type { DocumentKey, EntryRow } from "./log-reader.ts";

/** Rows for one run, the bytes only of those that fit into one. */
const ROWS = `
  SELECT seq, author, at, checksum, CASE WHEN size <= $4 THEN bytes END AS bytes FROM (
    SELECT *, octet_length(bytes) AS size, sum(octet_length(bytes)) OVER (ORDER BY seq) AS sum FROM (
      SELECT * FROM updates WHERE document = $1 AND seq > $2 AND seq <= $3
      ORDER BY seq LIMIT ${RUN_LIMITS.updates}
    ) AS first_rows
  ) AS sized WHERE sum - size < $4 ORDER BY seq`;

const DELETE = "DELETE FROM updates WHERE document = $1 AND seq BETWEEN $2 AND $3";

const INSERT = `INSERT INTO runs (document, first, last, checksum, authors, bytes)
  VALUES ($1, $2, $3, $4, $5, $6)`;

type Row = Omit<EntryRow, "bytes"> & { readonly bytes: Uint8Array | null };

/** A stretch of rows that is to become one run. */
export interface Packing {
  /** Empty: nothing is worth a run here. */
  readonly rows: readonly EntryRow[];
  /** Where to go on; undefined: there is nothing left. */
  readonly next: number | undefined;
}

/** What can be packed of the rows after `after`, up to and including `upTo`. */
export async function findPacking(
  queries: Queries,
  document: DocumentKey,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<Packing> {
  const all = await queries.rows<Row>(ROWS, [document, after, upTo, RUN_LIMITS.bytes]);
  const rows = neighbours(all.slice(all.findIndex(isPackable)));
  const isWorthIt = isWorthARun(withAuthorNumbers(rows).updates);
  return { rows: isWorthIt ? rows : [], next: rows.at(-1)?.seq ?? all.at(-1)?.seq };
}

/** In a transaction. Throws, so that it is undone, when the rows are no longer all there. */
export async function replaceRows(
  queries: Queries,
  document: DocumentKey,
  rows: readonly EntryRow[],
): Promise<void> {
  const { updates, authors } = withAuthorNumbers(rows);
  const { first, last, checksum, bytes } = provenRunOf(updates);
  const removed = await queries.run(DELETE, [document, first, last]);
  if (removed !== rows.length) throw new Error(`rows ${first} to ${last} are no longer all there`);
  await queries.run(INSERT, [document, first, last, checksum, authors, bytes]);
}

/** A row that does not match its checksum is left where it is, for whoever may mend it. */
function isPackable(row: Row): row is EntryRow {
  return row.bytes !== null && isIntact({ checksum: row.checksum, bytes: row.bytes });
}

/** The first ones, without a gap between their numbers and as many as a run may hold. */
function neighbours(rows: readonly Row[]): EntryRow[] {
  const found: EntryRow[] = [];
  let size = 0;
  for (const row of rows) {
    if (!isPackable(row) || row.seq !== (found.at(-1)?.seq ?? row.seq - 1) + 1) break;
    size += row.bytes.length;
    if (size > RUN_LIMITS.bytes) break;
    found.push(row);
  }
  return found;
}

/** In a run authors are numbers. */
function withAuthorNumbers(rows: readonly EntryRow[]) {
  const authors = [...new Set(rows.map(({ author }) => author))];
  const numbers = new Map(authors.map((author, index) => [author, index]));
  const updates: LoggedUpdate[] = rows.map((row) => ({
    ...row,
    author: numbers.get(row.author) ?? 0,
  }));
  return { updates, authors };
}

/**
 * The log of a document as it lies in the database, rows and runs as one, a stretch at a time.
 * Judges bytes by their checksums alone; knows no Y.Doc and does not miss what is not there.
 */
import { isIntact } from "../checksum.ts";
import type { UpdateRow } from "../run.ts";
import type { LogStretch } from "../shared-store.ts";
import { contentsOf, type StoredRun } from "../stored-run.ts";
import type { Queries } from "./database.ts";

/** Key of a document inside the database. */
export type DocumentKey = number;

/** An update with who made it, and when. */
export interface EntryRow extends UpdateRow {
  readonly author: string;
  readonly at: number;
}

/** A piece of a log. */
export interface Stretch {
  /** Oldest first; each for its reader to hold against its checksum. Of a damaged run there is nothing. */
  readonly entries: readonly EntryRow[];
  /** Everything up to and including this number was looked at. */
  readonly upTo: number;
}

/** Where a stretch begins and how far it may go. */
export interface StretchRange {
  readonly after: number;
  readonly upTo: number;
  /** About so many bytes of updates; one update is always read. */
  readonly mostBytes: number;
}

/** Many small rows cost more than their bytes. */
const MOST_ROWS = 1000;

/**
 * The rows before the next run, or that run when it is next: no number is in both. Only a damaged
 * run, which came from SQLite, may jump over rows; they are read before it. One statement, so that packing cannot move anything between two looks.
 */
const STRETCH = `
  WITH nearest AS MATERIALIZED (
    SELECT first, last, checksum, authors, bytes FROM runs
    WHERE document = $1 AND last > $2 AND first <= $3 ORDER BY last LIMIT 1
  ), few AS MATERIALIZED (
    SELECT * FROM updates
    WHERE document = $1 AND seq > $2 AND seq <= least($3, (SELECT last FROM nearest))
    ORDER BY seq LIMIT ${MOST_ROWS}
  ), sized AS (
    SELECT *, sum(octet_length(bytes)) OVER (ORDER BY seq) - octet_length(bytes) AS before FROM few
  )
  SELECT seq AS first, seq AS last, checksum, bytes, author, at, NULL AS authors
  FROM sized WHERE before < $4
  UNION ALL
  SELECT first, last, checksum, bytes, NULL, NULL, authors FROM nearest WHERE NOT EXISTS (SELECT FROM few)
  ORDER BY first`;

const HEAD = "SELECT key, seq FROM documents WHERE id = $1";

interface RowPart extends StoredRun {
  readonly author: string;
  readonly at: number;
  readonly authors: null;
}

interface RunPart extends StoredRun {
  readonly authors: readonly string[];
}

/** What follows `after`; the whole answer where nothing is left up to `upTo`. */
export async function readStretch(
  queries: Queries,
  document: DocumentKey,
  { after, upTo, mostBytes }: StretchRange,
): Promise<Stretch> {
  const values = [document, after, upTo, mostBytes];
  const parts = await queries.rows<RowPart | RunPart>(STRETCH, values);
  const entries = parts.flatMap(entriesOf).filter(({ seq }) => seq > after && seq <= upTo);
  return { entries, upTo: Math.min(upTo, parts.at(-1)?.last ?? upTo) };
}

/** All that is intact after `after`, in several stretches. */
export async function readIntact(
  queries: Queries,
  document: DocumentKey,
  { after, upTo, mostBytes }: StretchRange,
): Promise<EntryRow[]> {
  const all: EntryRow[] = [];
  for (let at = after; at < upTo;) {
    const stretch = await readStretch(queries, document, { after: at, upTo, mostBytes });
    all.push(...stretch.entries.filter(isIntact));
    at = stretch.upTo;
  }
  return all;
}

/**
 * What the log of a document has after `after`, whoever wrote it; damaged entries are left out.
 * Nothing, for a document that is not there.
 */
export async function readEntries(
  queries: Queries,
  documentId: string,
  { after, mostBytes }: Omit<StretchRange, "upTo">,
): Promise<LogStretch> {
  const [head] = await queries.rows<{ key: DocumentKey; seq: number }>(HEAD, [documentId]);
  if (!head || head.seq <= after) return { entries: [], upTo: after };
  const range = { after, upTo: head.seq, mostBytes };
  const { entries, upTo } = await readStretch(queries, head.key, range);
  const intact = entries.filter(isIntact).map(({ seq, author, at, bytes }) => {
    return { seq, author, at, update: bytes };
  });
  return { entries: intact, upTo };
}

function entriesOf(part: RowPart | RunPart): EntryRow[] {
  if (part.authors === null) return [{ ...part, seq: part.first }];
  const updates = contentsOf(part);
  if (typeof updates === "string") return [];
  const { authors } = part;
  return updates.map(({ seq, author, at, checksum, bytes }) => {
    return { seq, author: authors[author] ?? "", at, checksum, bytes };
  });
}

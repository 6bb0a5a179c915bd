/**
 * Writes what was appended to the logs of any number of documents, as one statement that is one
 * commit. The database numbers the entries, under a lock on the rows of their documents that is
 * held until the commit: who reads a number has everything below it.
 */
import { crc32 } from "node:zlib";
import { conflict } from "../failure.ts";
import { pack } from "../packing.ts";
import type { Entry } from "../store.ts";
import type { StoreError } from "../store-error.ts";
import type { LogConnection } from "./log-connection.ts";
import { toStoreError } from "./postgres-error.ts";

/**
 * - Rows are locked in the order of their keys, so that two nodes never wait for each other; a row
 *   that had to be waited for is read anew, as the other has left it.
 * - A batch that names a document which is not there is left out, whole.
 * - All bytes travel in one value, of which each row takes its part.
 */
const APPEND = `
  WITH asked AS MATERIALIZED (
    SELECT * FROM unnest($2::int[], $3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::int[], $8::int[])
      WITH ORDINALITY AS asked (batch, document, author, at, checksum, start, length, place)
  ), named AS MATERIALIZED (
    SELECT * FROM unnest($1::text[]) WITH ORDINALITY AS named (id, document)
  ), locked AS MATERIALIZED (
    SELECT key, id, seq FROM documents WHERE id = ANY ($1::text[]) ORDER BY key FOR NO KEY UPDATE
  ), refused AS MATERIALIZED (
    SELECT DISTINCT batch FROM asked JOIN named USING (document)
    WHERE NOT EXISTS (SELECT FROM locked WHERE locked.id = named.id)
  ), numbered AS MATERIALIZED (
    SELECT asked.*, key, seq + row_number() OVER (PARTITION BY key ORDER BY place) AS number
    FROM asked JOIN named USING (document) JOIN locked USING (id)
    WHERE batch NOT IN (SELECT batch FROM refused)
  ), written AS (
    INSERT INTO updates (document, seq, author, at, checksum, bytes)
    SELECT key, number, author, at, checksum, substring($9::bytea FROM start FOR length) FROM numbered
  ), moved AS (
    UPDATE documents SET seq = newest.number, updated_at = newest.at
    FROM (SELECT DISTINCT ON (key) key, number, at FROM numbered ORDER BY key, number DESC) newest
    WHERE documents.key = newest.key
  )
  SELECT place, number FROM numbered`;

type Group = readonly (readonly Entry[])[];

type Outcome = StoreError | readonly number[];

/** What one statement may bring; an entry is work beside its bytes. */
const MOST = { bytes: 8 * 1024 * 1024, perEntry: 500 };

interface Numbered {
  /** Of the entry in the group, from 1 on. */
  readonly place: number;
  readonly number: number;
}

export class LogWriter {
  readonly #connection: LogConnection;

  constructor(connection: LogConnection) {
    this.#connection = connection;
  }

  /** The numbers of each batch's entries, or why it was not kept; in one commit, as far as that is no larger than it may be. */
  async append(group: Group): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const part of partsOf(group)) {
      const failed = (error: unknown) => part.map(() => toStoreError(error));
      outcomes.push(...(await this.#append(part).catch(failed)));
    }
    return outcomes;
  }

  async #append(group: Group): Promise<Outcome[]> {
    const answer = await this.#connection.commit<Numbered>("append", APPEND, columnsOf(group));
    const numbers = new Map(answer.map(({ place, number }) => [place, number]));
    let place = 0;
    return group.map((batch) => {
      const own = batch.flatMap(() => numbers.get((place += 1)) ?? []);
      return own.length === batch.length ? own : missing(batch);
    });
  }
}

/** Batches that may share a commit: a statement has its bounds, in size and in time. */
function partsOf(group: Group): Group[] {
  const parts: (readonly Entry[])[][] = [];
  let left = 0;
  for (const batch of group) {
    const size = batch.reduce((sum, { update }) => sum + update.length + MOST.perEntry, 0);
    if (size > left) {
      parts.push([]);
      left = MOST.bytes;
    }
    parts.at(-1)?.push(batch);
    left -= size;
  }
  return parts;
}

/** Column by column, as the statement takes them. */
function columnsOf(group: Group): unknown[] {
  const all = group.flat();
  const ids = [...new Set(all.map(({ documentId }) => documentId))];
  const places = new Map(ids.map((id, index) => [id, index + 1]));
  const { bytes, lengths } = pack(all.map(({ update }) => update));
  let end = 1;
  return [
    ids,
    arrayOf(group.flatMap((batch, index) => batch.map(() => index))),
    arrayOf(all.map(({ documentId }) => places.get(documentId) ?? 0)),
    all.map(({ author }) => author),
    arrayOf(all.map(({ at }) => at)),
    arrayOf(all.map(({ update }) => crc32(update))),
    arrayOf(lengths.map((length) => (end += length) - length)),
    arrayOf(lengths),
    bytes,
  ];
}

/** As Postgres reads it: pg would look at each number for what must be quoted. */
function arrayOf(numbers: readonly number[]): string {
  return `{${numbers.join(",")}}`;
}

function missing(batch: readonly Entry[]): StoreError {
  const ids = [...new Set(batch.map(({ documentId }) => documentId))];
  return conflict(`not all of these documents are there: ${ids.join(", ")}`);
}

/** The SQL by which whole documents are read from Postgres and written to it, table by table. */
import type { Part } from "../document-rows.ts";
import { PIECE } from "../row-pieces.ts";

/** What a column is read as, where Postgres has another type for it than SQLite. */
const READ_AS: Readonly<Record<string, string>> = {
  has_ended: "has_ended::integer",
  events: "array_to_string(events, ' ')",
};

/** What Postgres has beyond what moves. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  documents: ["updated_at"],
  runs: ["authors"],
};

/** Names of all columns that are written. */
export function columnsOf({ table, columns }: Part): readonly string[] {
  return [...columns, ...(MORE[table] ?? [])];
}

/** Each document with how much is stored of its log and its snapshot. */
export const DOCUMENTS = `SELECT key, id,
    (coalesce((SELECT sum(octet_length(bytes)) FROM updates WHERE document = key), 0)
    + coalesce((SELECT sum(octet_length(bytes)) FROM runs WHERE document = key), 0)
    + coalesce((SELECT octet_length(bytes) FROM snapshots WHERE document = key), 0))::bigint AS bytes
  FROM documents ORDER BY key`;

/**
 * The rows of a range of documents, `$1` to `$2`, in order. As many as make up a piece, at least
 * one; further ones begin after the last, by the key of its document, `$3`, and its order, `$4`.
 */
export function pieceOf(part: Part, isFirst: boolean): string {
  const { table, order, via } = part;
  const document = documentOf(part);
  const place = `${document}, ${table}.${order}`;
  const joined = via ? ` JOIN ${via.table} ON ${via.table}.id = ${table}.${via.column}` : "";
  const size = part.columns.includes("bytes") ? `octet_length(${table}.bytes)` : "0";
  const columns = columnsOf(part).filter((column) => column !== "document");
  const read = columns.map((column) => `${readAs(table, column)} AS ${column}`);
  return `SELECT * FROM (
    SELECT *, sum(size) OVER (ORDER BY document, "${order}" ROWS UNBOUNDED PRECEDING) - size AS before
    FROM (SELECT ${read.join(", ")}, ${document} AS document, ${size} AS size FROM ${table}${joined}
      WHERE ${document} BETWEEN $1 AND $2 ${isFirst ? "" : `AND (${place}) > ($3, $4)`}
      ORDER BY ${place} LIMIT ${PIECE.rows}) AS page
  ) AS sized WHERE before < ${PIECE.bytes} ORDER BY document, "${order}"`;
}

/** All rows of what belongs to no document. */
export function allOf({ table, columns, order }: Part): string {
  return `SELECT ${columns.join(", ")}, 0 AS document FROM ${table} ORDER BY ${order}`;
}

/** So many rows at once; what is there already with the same key stays as it is. */
export function insertionOf(part: Part, rows: number): string {
  const columns = columnsOf(part);
  const row = (index: number) =>
    `(${columns.map((_, column) => `$${index * columns.length + column + 1}`).join(", ")})`;
  const values = Array.from({ length: rows }, (_, index) => row(index)).join(", ");
  // Keys are moved as they are.
  return `INSERT INTO ${part.table} (${columns.join(", ")}) OVERRIDING SYSTEM VALUE
    VALUES ${values} ON CONFLICT DO NOTHING`;
}

/** The rows of a range of documents. */
export function removalOf({ table, document, via }: Part): string {
  if (!via) return `DELETE FROM ${table} WHERE ${document} BETWEEN $1 AND $2`;
  const named = `SELECT id FROM ${via.table} WHERE document BETWEEN $1 AND $2`;
  return `DELETE FROM ${table} WHERE ${via.column} IN (${named})`;
}

/** What Postgres keeps with a document of its log. */
export const SETTLE = `UPDATE documents SET
    seq = greatest(
      (SELECT max(seq) FROM updates WHERE document = key),
      (SELECT max(last) FROM runs WHERE document = key),
      (SELECT seq FROM snapshots WHERE document = key), 0),
    updated_at = coalesce((SELECT at FROM updates WHERE document = key
      ORDER BY updates.seq DESC LIMIT 1), created_at)
  WHERE key BETWEEN $1 AND $2`;

/** Keys that are given from now on follow those that were moved. */
export const CONTINUE_KEYS = ["documents", "deliveries"].map(
  (table) => `SELECT setval(pg_get_serial_sequence('${table}', 'key'),
    coalesce(max(key), 1), max(key) IS NOT NULL) FROM ${table}`,
);

function documentOf({ table, document, via }: Part): string {
  return via ? `${via.table}.document` : `${table}.${document}`;
}

function readAs(table: string, column: string): string {
  return READ_AS[column] ?? `${table}.${column}`;
}

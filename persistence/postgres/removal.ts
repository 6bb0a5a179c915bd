/**
 * Removes a document for good in short steps, so that edits of others come in between; any node
 * may, also two at once. Its log is cut from its end: after any step it is a whole, shorter one,
 * and the next removal goes on there.
 */
import type { Database, Queries } from "./database.ts";
import { CONDEMNED } from "./document-table.ts";
import type { DocumentKey } from "./log-reader.ts";

/** `none`: there is no such document in the trash since before then. */
type Step = "more" | "done" | "none";

/** What one step may remove of a log. */
const MOST = { bytes: 4 * 1024 * 1024, rows: 1000 };

/** Held to the end of the step. */
const FIND = `SELECT key, deleted_at = ${CONDEMNED} AS "isCondemned" FROM documents
  WHERE id = $1 AND deleted_at < $2 FOR UPDATE`;

const CONDEMN = `UPDATE documents SET deleted_at = ${CONDEMNED}, access = access + 1 WHERE key = $1`;

/** What there is little of and goes first: the snapshot, without which a shorter log lacks nothing. */
const FIRST_REMOVALS = ["DELETE FROM snapshots WHERE document = $1"];

/** The end of what follows the last run. */
const CUT_UPDATES = `
  DELETE FROM updates WHERE document = $1 AND seq >= (
    SELECT min(seq) FROM (
      SELECT seq, sum(size) OVER (ORDER BY seq DESC) - size AS after FROM (
        SELECT seq, octet_length(bytes) AS size FROM updates
        WHERE document = $1 AND seq > coalesce((SELECT max(last) FROM runs WHERE document = $1), 0)
        ORDER BY seq DESC LIMIT ${MOST.rows}
      ) AS newest
    ) AS sized WHERE after < ${MOST.bytes}
  )`;

const CUT_RUN = `
  DELETE FROM runs WHERE document = $1 AND last = (SELECT max(last) FROM runs WHERE document = $1)`;

/** Its log is as long as what is left of it. */
const SHORTEN = `UPDATE documents SET seq = greatest(
    coalesce((SELECT max(seq) FROM updates WHERE document = key), 0),
    coalesce((SELECT max(last) FROM runs WHERE document = key), 0)) WHERE key = $1`;

const REMOVE_CLAIMS = `
  DELETE FROM claims WHERE token_hash IN (
    SELECT claims.token_hash FROM links JOIN claims ON claims.link = links.id
    WHERE links.document = $1 LIMIT ${MOST.rows})`;

const REMOVE_LINKS = `
  DELETE FROM links WHERE id IN (SELECT id FROM links WHERE document = $1 LIMIT ${MOST.rows})`;

const REMOVE_DOCUMENT = "DELETE FROM documents WHERE key = $1";

/** Answers whether this call removed the document. */
export async function purge(
  database: Database,
  documentId: string,
  before: number,
): Promise<boolean> {
  let step: Step = "more";
  while (step === "more") {
    step = await database.transaction((queries) => takeStep(queries, documentId, before));
  }
  return step === "done";
}

async function takeStep(queries: Queries, documentId: string, before: number): Promise<Step> {
  const values = [documentId, before];
  const [found] = await queries.rows<{ key: DocumentKey; isCondemned: boolean }>(FIND, values);
  if (!found) return "none";
  const { key, isCondemned } = found;
  if (!isCondemned) await queries.run(CONDEMN, [key]);
  for (const sql of FIRST_REMOVALS) await queries.run(sql, [key]);
  if (!isCondemned || (await cutLog(queries, key))) return "more";
  for (const sql of [REMOVE_CLAIMS, REMOVE_LINKS]) {
    if ((await queries.run(sql, [key])) > 0) return "more";
  }
  await queries.run(REMOVE_DOCUMENT, [key]);
  return "done";
}

async function cutLog(queries: Queries, key: DocumentKey): Promise<boolean> {
  const cut = (await queries.run(CUT_UPDATES, [key])) || (await queries.run(CUT_RUN, [key]));
  if (cut > 0) await queries.run(SHORTEN, [key]);
  return cut > 0;
}

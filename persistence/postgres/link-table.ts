/** The links of documents and the tokens they were exchanged for. */
import { conflict } from "../failure.ts";
import type { Claim, FoundLink, LinkChanges, LinkRecord, LinkUse, NewLink } from "../store.ts";
import { type Database, type Queries, storable } from "./database.ts";
import type { DocumentKey } from "./log-reader.ts";

const COLUMNS = `links.id, documents.id AS "documentId", role, links.token_hash AS "tokenHash",
  links.created_at AS "createdAt", label, expires_at AS "expiresAt", password, max_uses AS "maxUses",
  uses, last_used_at AS "lastUsedAt", revoked_at AS "revokedAt",
  (SELECT count(*) FROM claims WHERE claims.link = links.id AND NOT has_ended) AS claims`;

/** With what must be known of the document to say what the link opens. */
const FOUND = `${COLUMNS}, documents.deleted_at AS "documentDeletedAt", access`;

const LINKS = "links JOIN documents ON documents.key = links.document";

const FIND = `
  SELECT ${FOUND}, false AS "isClaimed" FROM ${LINKS} WHERE links.token_hash = $1
  UNION ALL
  SELECT ${FOUND}, NOT has_ended FROM ${LINKS} JOIN claims ON claims.link = links.id
  WHERE claims.token_hash = $1
  LIMIT 1`;

const FIND_BY_ID = `SELECT ${COLUMNS} FROM ${LINKS} WHERE links.id = $1`;

const OF_DOCUMENT = `SELECT ${COLUMNS} FROM ${LINKS}
  WHERE documents.id = $1 AND revoked_at IS NULL ORDER BY links.created_at, links.id`;

const INSERT = `INSERT INTO links
    (id, document, role, token_hash, created_at, label, expires_at, password, max_uses)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/** Under which the document's row is held: whoever changes its links waits for one another. */
const TOUCH = "UPDATE documents SET access = access + 1 WHERE id = $1 RETURNING key";

/** Type and column of each thing that can be changed. */
const CHANGEABLE = {
  role: ["text", "role"],
  label: ["text", "label"],
  expiresAt: ["bigint", "expires_at"],
  password: ["text", "password"],
  maxUses: ["bigint", "max_uses"],
  revokedAt: ["bigint", "revoked_at"],
} as const satisfies Record<keyof LinkChanges, readonly [type: string, column: string]>;

/** What is not named in the JSON stays. */
const CHANGES = Object.entries(CHANGEABLE).map(
  ([name, [type, column]]) =>
    `${column} = CASE WHEN $3::jsonb ? '${name}' THEN ($3::jsonb ->> '${name}')::${type} ELSE ${column} END`,
);

const CHANGE = `UPDATE links SET ${CHANGES.join(", ")}
  WHERE document = $1 AND id = $2 AND revoked_at IS NULL`;

const END_CLAIMS = "UPDATE claims SET has_ended = true WHERE link = $1";

const LOCK = `SELECT max_uses AS "maxUses" FROM links WHERE id = $1 FOR NO KEY UPDATE`;

const FIND_CLAIM = `SELECT link, has_ended AS "hasEnded" FROM claims WHERE token_hash = $1`;

const COUNT_CLAIMS = `SELECT count(*) AS claims FROM claims WHERE link = $1 AND NOT has_ended`;

const CLAIM = "INSERT INTO claims (token_hash, link, created_at) VALUES ($1, $2, $3)";

/** In the order of their ids, so that two nodes never wait for each other. */
const COUNT_USES = `
  WITH asked AS (
    SELECT id, sum(count)::bigint AS count, max(at) AS at
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS asked (id, count, at) GROUP BY id
  ), locked AS MATERIALIZED (
    SELECT id FROM links WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE
  )
  UPDATE links SET uses = uses + count, last_used_at = greatest(last_used_at, at)
  FROM asked JOIN locked USING (id) WHERE links.id = asked.id`;

/** Adds a link within the transaction that holds its document. */
export async function insertLink(
  queries: Queries,
  document: DocumentKey,
  link: NewLink,
): Promise<void> {
  const { id, role, tokenHash, createdAt, label, expiresAt, password, maxUses } = link;
  const limits = [label, expiresAt, password, maxUses];
  await queries.run(INSERT, [id, document, role, tokenHash, createdAt, ...limits]);
}

export class LinkTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(tokenHash: Uint8Array): Promise<FoundLink | undefined> {
    const [link] = await this.#database.rows<FoundLink>(FIND, [tokenHash]);
    return link;
  }

  ofDocument(documentId: string): Promise<LinkRecord[]> {
    return this.#database.rows(OF_DOCUMENT, [documentId]);
  }

  async add(documentId: string, link: NewLink): Promise<void> {
    await this.#database.transaction(async (queries) => {
      const document = await touch(queries, documentId);
      if (document === undefined) throw conflict(`there is no document ${documentId}`);
      await insertLink(queries, document, link);
    });
  }

  change(documentId: string, linkId: string, changes: LinkChanges) {
    return this.#database.transaction(async (queries) => {
      const document = (await touch(queries, documentId)) ?? 0;
      const values = [document, linkId, JSON.stringify(changes, (_, value) => storable(value))];
      if ((await queries.run(CHANGE, values)) === 0) return undefined;
      // Who knew the old password need not know the new one.
      if (changes.password) await queries.run(END_CLAIMS, [linkId]);
      const [link] = await queries.rows<LinkRecord>(FIND_BY_ID, [linkId]);
      return link;
    });
  }

  claim({ linkId, tokenHash, at }: Claim): Promise<boolean> {
    return this.#database.transaction(async (queries) => {
      // Held to the end: however many come at once, each counts those before it.
      const [link] = await queries.rows<Pick<LinkRecord, "maxUses">>(LOCK, [linkId]);
      if (!link) throw conflict(`there is no link ${linkId}`);
      const [known] = await queries.rows<{ link: string; hasEnded: boolean }>(FIND_CLAIM, [
        tokenHash,
      ]);
      if (known) return known.link === linkId && !known.hasEnded;
      const [count] = await queries.rows<{ claims: number }>(COUNT_CLAIMS, [linkId]);
      if (link.maxUses !== null && (count?.claims ?? 0) >= link.maxUses) return false;
      await queries.run(CLAIM, [tokenHash, linkId, at]);
      await queries.run(COUNT_USES, [[linkId], [0], [at]]);
      return true;
    });
  }

  async countUses(uses: readonly LinkUse[]): Promise<void> {
    const columns = [
      uses.map(({ linkId }) => linkId),
      uses.map(({ count }) => count),
      uses.map(({ at }) => at),
    ];
    await this.#database.run(COUNT_USES, columns);
  }
}

/** The document's key, undefined for none. */
async function touch(queries: Queries, documentId: string): Promise<DocumentKey | undefined> {
  const [document] = await queries.rows<{ key: DocumentKey }>(TOUCH, [documentId]);
  return document?.key;
}

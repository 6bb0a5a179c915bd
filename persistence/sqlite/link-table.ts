/** The links of documents and the tokens they were exchanged for, on one SQLite connection. */
import { randomBytes } from "node:crypto";
import type { Database, Statement } from "better-sqlite3";
import type { Claim, FoundLink, LinkChanges, LinkRecord, LinkUse, NewLink } from "../store.ts";
import { conflict } from "../failure.ts";
import { prepareOnce } from "./prepare-once.ts";
import type { DocumentKey } from "./statements.ts";

const SECRET_BYTES = 32;

const COLUMNS = `links.id, documents.id AS documentId, role, links.token_hash AS tokenHash,
  links.created_at AS createdAt, label, expires_at AS expiresAt, password, max_uses AS maxUses,
  uses, last_used_at AS lastUsedAt, revoked_at AS revokedAt,
  (SELECT count(*) FROM claims WHERE claims.link = links.id AND has_ended = 0) AS claims`;

/** With what must be known of the document to say what the link opens. */
const FOUND = `${COLUMNS}, documents.deleted_at AS documentDeletedAt, 0 AS access`;

const LINKS = "links JOIN documents ON documents.key = links.document";

/** The column of each thing that can be changed. */
const CHANGEABLE = {
  role: "role",
  label: "label",
  expiresAt: "expires_at",
  password: "password",
  maxUses: "max_uses",
  revokedAt: "revoked_at",
} as const satisfies Record<keyof LinkChanges, string>;

type FoundRow = Omit<FoundLink, "isClaimed">;

export class LinkTable {
  readonly #connection: Database;
  readonly #insert: Statement<[NewLink & { readonly document: DocumentKey }]>;
  readonly #find: Statement<[tokenHash: Uint8Array], FoundRow>;
  readonly #findClaimed: Statement<[tokenHash: Uint8Array], FoundRow & { hasEnded: number }>;
  readonly #findById: Statement<[id: string], LinkRecord>;
  readonly #ofDocument: Statement<[documentId: string], LinkRecord>;
  readonly #insertClaim: Statement<[Claim]>;
  readonly #countUse: Statement<[LinkUse]>;
  readonly #endClaims: Statement<[linkId: string]>;

  /** The connection must be migrated: SQLite checks every name. */
  constructor(connection: Database) {
    this.#connection = connection;
    this.#insert = prepareOnce(
      connection,
      `INSERT INTO links
        (id, document, role, token_hash, created_at, label, expires_at, password, max_uses)
      VALUES (@id, @document, @role, @tokenHash, @createdAt, @label, @expiresAt, @password, @maxUses)`,
    );
    this.#find = prepareOnce(
      connection,
      `SELECT ${FOUND} FROM ${LINKS} WHERE links.token_hash = ?`,
    );
    this.#findClaimed = prepareOnce(
      connection,
      `SELECT ${FOUND}, has_ended AS hasEnded
      FROM ${LINKS} JOIN claims ON claims.link = links.id WHERE claims.token_hash = ?`,
    );
    this.#findById = prepareOnce(connection, `SELECT ${COLUMNS} FROM ${LINKS} WHERE links.id = ?`);
    this.#ofDocument = prepareOnce(
      connection,
      `SELECT ${COLUMNS} FROM ${LINKS}
      WHERE documents.id = ? AND revoked_at IS NULL ORDER BY links.created_at, links.id`,
    );
    this.#insertClaim = prepareOnce(
      connection,
      "INSERT INTO claims (token_hash, link, created_at) VALUES (@tokenHash, @linkId, @at)",
    );
    this.#countUse = prepareOnce(
      connection,
      `UPDATE links
      SET uses = uses + @count, last_used_at = max(coalesce(last_used_at, 0), @at) WHERE id = @linkId`,
    );
    this.#endClaims = prepareOnce(connection, "UPDATE claims SET has_ended = 1 WHERE link = ?");
  }

  /** Throws SQLite's constraint errors when its id or token is taken. */
  insert(document: DocumentKey, link: NewLink): void {
    this.#insert.run({ ...link, document });
  }

  find(tokenHash: Uint8Array): FoundLink | undefined {
    const link = this.#find.get(tokenHash);
    if (link) return { ...link, isClaimed: false };
    const claimed = this.#findClaimed.get(tokenHash);
    if (!claimed) return undefined;
    const { hasEnded, ...record } = claimed;
    return { ...record, isClaimed: hasEnded === 0 };
  }

  ofDocument(documentId: string): LinkRecord[] {
    return this.#ofDocument.all(documentId);
  }

  change(documentId: string, linkId: string, changes: LinkChanges): LinkRecord | undefined {
    return this.#connection
      .transaction(() => {
        const link = this.#findById.get(linkId);
        if (link?.documentId !== documentId || link.revokedAt !== null) return undefined;
        for (const [name, column] of Object.entries(CHANGEABLE)) {
          const value = changes[name as keyof LinkChanges];
          if (value !== undefined) this.#set(column, linkId, value);
        }
        // Who knew the old password need not know the new one.
        if (changes.password) this.#endClaims.run(linkId);
        return this.#findById.get(linkId);
      })
      .immediate();
  }

  claim(claim: Claim): boolean {
    return this.#connection
      .transaction(() => {
        const known = this.#findClaimed.get(claim.tokenHash);
        if (known) return known.id === claim.linkId && known.hasEnded === 0;
        const link = this.#findById.get(claim.linkId);
        if (!link) throw conflict(`there is no link ${claim.linkId}`);
        if (link.maxUses !== null && link.claims >= link.maxUses) return false;
        this.#insertClaim.run(claim);
        this.#countUse.run({ linkId: claim.linkId, count: 0, at: claim.at });
        return true;
      })
      .immediate();
  }

  countUses(uses: readonly LinkUse[]): void {
    this.#connection
      .transaction(() => {
        for (const use of uses) this.#countUse.run(use);
      })
      .immediate();
  }

  secret(name: string): Uint8Array {
    return this.#connection
      .transaction(() => {
        const find = this.#connection
          .prepare<[string], Uint8Array>("SELECT bytes FROM secrets WHERE name = ?")
          .pluck();
        const add = this.#connection.prepare("INSERT OR IGNORE INTO secrets VALUES (?, ?)");
        add.run(name, randomBytes(SECRET_BYTES));
        return find.get(name) ?? new Uint8Array();
      })
      .immediate();
  }

  #set(column: string, linkId: string, value: string | number | null): void {
    this.#connection.prepare(`UPDATE links SET ${column} = ? WHERE id = ?`).run(value, linkId);
  }
}

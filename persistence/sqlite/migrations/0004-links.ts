/** What a link may be limited by, what became of it, and the tokens that it was exchanged for. */
export const links = `
ALTER TABLE links ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN expires_at INTEGER;
ALTER TABLE links ADD COLUMN password TEXT;
ALTER TABLE links ADD COLUMN max_uses INTEGER;
ALTER TABLE links ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN last_used_at INTEGER;
ALTER TABLE links ADD COLUMN revoked_at INTEGER;

CREATE TABLE claims (
  token_hash BLOB PRIMARY KEY,
  link TEXT NOT NULL REFERENCES links (id),
  created_at INTEGER NOT NULL,
  -- By a new password: whoever holds the token must claim anew.
  has_ended INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX claims_by_link ON claims (link);

-- Random keys of this database, made when they are first asked for.
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;
`;

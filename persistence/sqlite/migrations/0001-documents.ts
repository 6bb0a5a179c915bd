/** The first tables: documents, their links, their log of updates and the newest snapshot of each. */
export const documents = `
CREATE TABLE documents (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  epoch INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE links (
  id TEXT PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES documents (key),
  role TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_document ON links (document);

CREATE TABLE authors (
  key INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- Clustered by document, so that opening one reads neighbouring pages.
CREATE TABLE updates (
  document INTEGER NOT NULL REFERENCES documents (key),
  seq INTEGER NOT NULL,
  author INTEGER NOT NULL REFERENCES authors (key),
  at INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (document, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
  document INTEGER PRIMARY KEY REFERENCES documents (key),
  seq INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
`;

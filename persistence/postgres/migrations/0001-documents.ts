/**
 * The first tables: documents, their links, their log of updates, its runs and the newest snapshot
 * of each. What a run's bytes are says `run.ts`.
 */
export const documents = `
-- What each edit changes stands in no index and has room on its page, so that a change stays there.
CREATE TABLE documents (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  created_at bigint NOT NULL,
  epoch integer NOT NULL DEFAULT 1,
  -- Of the newest entry of its log, and when that was made; 0 and created_at for an empty log.
  seq bigint NOT NULL DEFAULT 0,
  updated_at bigint NOT NULL,
  -- Grows with each change of who may do what with it.
  access bigint NOT NULL DEFAULT 0,
  -- Up to which number of its log the loss of updates was accepted.
  loss_accepted bigint NOT NULL DEFAULT 0,
  -- When it was put into the trash; NULL for all that are not there.
  deleted_at bigint
) WITH (fillfactor = 60);

CREATE INDEX documents_in_trash ON documents (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE TABLE links (
  id text COLLATE "C" PRIMARY KEY,
  document bigint NOT NULL REFERENCES documents (key),
  role text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  created_at bigint NOT NULL,
  label text NOT NULL,
  expires_at bigint,
  password text,
  max_uses bigint,
  uses bigint NOT NULL DEFAULT 0,
  last_used_at bigint,
  revoked_at bigint
);

CREATE INDEX links_by_document ON links (document);

-- Tokens that links were exchanged for.
CREATE TABLE claims (
  token_hash bytea PRIMARY KEY,
  link text COLLATE "C" NOT NULL REFERENCES links (id),
  created_at bigint NOT NULL,
  -- By a new password: whoever holds the token must claim anew.
  has_ended boolean NOT NULL DEFAULT false
);

CREATE INDEX claims_by_link ON claims (link);

-- Random keys of this database, made when they are first asked for.
CREATE TABLE secrets (
  name text PRIMARY KEY,
  bytes bytea NOT NULL
);

-- The three below refer to documents without a foreign key, which would look at every row: whoever
-- adds to them holds the row of the document, and whoever packs them finds all rows there or gives up.
CREATE TABLE updates (
  document bigint NOT NULL,
  seq bigint NOT NULL,
  author text NOT NULL,
  at bigint NOT NULL,
  checksum bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (document, seq)
);

-- Each number is in one row of updates or in one run. No run jumps over a row.
CREATE TABLE runs (
  document bigint NOT NULL,
  first bigint NOT NULL,
  last bigint NOT NULL,
  checksum bigint NOT NULL,
  -- Whom the numbers in the bytes stand for, from 0 on.
  authors text[] NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (document, last)
);

CREATE TABLE snapshots (
  document bigint PRIMARY KEY,
  seq bigint NOT NULL,
  checksum bigint NOT NULL,
  bytes bytea NOT NULL
);

-- Not compressed: it would cost time at each edit and bring nothing for a run.
ALTER TABLE updates ALTER bytes SET STORAGE EXTERNAL;
ALTER TABLE runs ALTER bytes SET STORAGE EXTERNAL;
ALTER TABLE snapshots ALTER bytes SET STORAGE EXTERNAL;
`;

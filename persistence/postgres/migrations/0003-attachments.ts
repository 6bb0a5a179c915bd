/** The images of documents. */
export const attachments = `
-- What they hold, once for all documents that have it: named by its hash.
CREATE TABLE contents (
  hash text COLLATE "C" PRIMARY KEY,
  bytes bigint NOT NULL
);

CREATE TABLE chunks (
  content text COLLATE "C" NOT NULL REFERENCES contents (hash) ON DELETE CASCADE,
  n integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (content, n)
);

-- Images are compressed already.
ALTER TABLE chunks ALTER bytes SET STORAGE EXTERNAL;

-- By the id of a document, which need not be there yet: a copy is made after its images.
CREATE TABLE attachments (
  document text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  content text COLLATE "C" NOT NULL REFERENCES contents (hash),
  bytes bigint NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (document, name)
);

CREATE INDEX attachments_by_content ON attachments (content);
`;

/** The search index: nothing is in it that could not be made anew. */
export const search = `
-- Trigrams of it are indexed where the server has pg_trgm; see search-preparation.ts.
CREATE TABLE search_entries (
  document bigint PRIMARY KEY REFERENCES documents (key) ON DELETE CASCADE,
  -- Up to where its log was read.
  seq bigint NOT NULL,
  title text NOT NULL,
  -- Of the text in UTF-8.
  bytes bigint NOT NULL,
  text text NOT NULL,
  -- Title and text, on lines that correspond to theirs.
  folded text COLLATE "C" NOT NULL
);
`;

/** Updates that a snapshot holds, many to a row and compressed. What a run's bytes are says `run.ts`. */
export const runs = `
-- Each number is in one row of updates or in one run. A run may jump over rows that could not be
-- packed. With a rowid, so that finding the last number of a document touches no bytes.
CREATE TABLE runs (
  document INTEGER NOT NULL REFERENCES documents (key),
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (document, last)
) STRICT;
`;

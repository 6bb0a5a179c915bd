/** Whom the changes of a document are told, and the outbox of what is on its way to them. */
export const webhooks = `
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES documents (key),
  url TEXT NOT NULL,
  -- Separated by spaces.
  events TEXT NOT NULL,
  secret TEXT NOT NULL,
  origin TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  disabled_at INTEGER,
  -- What of the document it knows.
  told_seq INTEGER NOT NULL,
  told_deleted_at INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  rest_until INTEGER NOT NULL DEFAULT 0,
  -- When the first of its deliveries may be tried; NULL when none waits.
  next_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX webhooks_by_document ON webhooks (document);

-- Those who answer and those who fail have a queue each.
CREATE INDEX webhooks_due ON webhooks (failures > 0, next_at) WHERE next_at IS NOT NULL;

CREATE TABLE deliveries (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  webhook TEXT NOT NULL REFERENCES webhooks (id),
  event TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  -- JSON.
  attempts TEXT NOT NULL DEFAULT '[]',
  -- NULL once it is delivered or given up.
  next_at INTEGER
) STRICT;

CREATE INDEX deliveries_by_webhook ON deliveries (webhook);

CREATE INDEX deliveries_waiting ON deliveries (webhook, next_at) WHERE next_at IS NOT NULL;
`;

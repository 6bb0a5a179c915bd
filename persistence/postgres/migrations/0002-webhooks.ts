/** Whom the changes of a document are told, and the outbox of what is on its way to them. */
export const webhooks = `
CREATE TABLE webhooks (
  id text COLLATE "C" PRIMARY KEY,
  document bigint NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
  url text NOT NULL,
  events text[] NOT NULL,
  secret text NOT NULL,
  origin text NOT NULL,
  created_at bigint NOT NULL,
  disabled_at bigint,
  -- What of the document it knows.
  told_seq bigint NOT NULL,
  told_deleted_at bigint,
  failures integer NOT NULL DEFAULT 0,
  rest_until bigint NOT NULL DEFAULT 0,
  -- When the first of its deliveries may be tried; NULL when none waits.
  next_at bigint,
  -- Who is to deliver what, and until when that is nobody else's; by the clock of Postgres.
  claimant text,
  claimed_delivery bigint,
  claimed_until timestamptz
);

CREATE INDEX webhooks_by_document ON webhooks (document);

-- Those who answer and those who fail have a queue each.
CREATE INDEX webhooks_due ON webhooks ((failures > 0), next_at) WHERE next_at IS NOT NULL;

CREATE TABLE deliveries (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  webhook text COLLATE "C" NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event text NOT NULL,
  at bigint NOT NULL,
  body text NOT NULL,
  -- JSON; as text, since what was answered may hold what no text of Postgres may.
  attempts text NOT NULL DEFAULT '[]',
  -- NULL once it is delivered or given up.
  next_at bigint
);

CREATE INDEX deliveries_by_webhook ON deliveries (webhook, key);

CREATE INDEX deliveries_waiting ON deliveries (webhook, next_at, key) WHERE next_at IS NOT NULL;
`;

/**
 * How this program connects to Postgres: bounds, the settings of a session, and what is checked
 * when the store is opened. Knows no table.
 */
import { Client, type ClientBase, type ClientConfig, types } from "pg";
import { StoreError } from "../store-error.ts";
import { toStoreError } from "./postgres-error.ts";
import { migrate } from "./schema.ts";
import { serveOn } from "./serving-lock.ts";

/** Whom to connect to, and as whom. */
export interface Address {
  /** `postgres://…`, as pg reads it: `sslmode` and the like in the query. */
  readonly databaseUrl: string;
  /** Name of this node, for whoever looks at the server's connections. */
  readonly nodeId: string;
  /** A connection that has not answered for so long is given up, in milliseconds; default 30,000. */
  readonly answerMs?: number;
}

/** Whoever cannot connect for so long has failed, in milliseconds. */
export const CONNECT_MS = 3000;

const ANSWER_MS = 30_000;

const OLDEST_VERSION = 14;

/**
 * `synchronous_commit` is not left to the server's default: what is acknowledged is on disk. The
 * server gives up before this program does, so that no statement is carried out that nobody waits
 * for; a node that is stopped within a transaction does not hold up the others, and of one that has
 * vanished with its machine no connection stays, with what it holds, for more than half a minute.
 * Over a Unix socket, where that cannot be, Postgres ignores the four that are for it.
 */
const SETTINGS = `SELECT
  set_config('synchronous_commit',
    CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END,
    false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('statement_timeout', $1, false),
  set_config('idle_in_transaction_session_timeout', '10s', false),
  set_config('tcp_keepalives_idle', '15', false),
  set_config('tcp_keepalives_interval', '5', false),
  set_config('tcp_keepalives_count', '3', false),
  set_config('tcp_user_timeout', '30000', false),
  set_config('jit', 'off', false),
  pg_is_in_recovery() AS "isStandby"`;

/** Of bigint: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
const INT8 = 20;

/** As numbers: times and counts are far below 2^53. */
const TYPES: NonNullable<ClientConfig["types"]> = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === INT8 ? Number : types.getTypeParser(oid, format),
};

/** For pg. */
export function configOf({ databaseUrl, nodeId, answerMs = ANSWER_MS }: Address): ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: `quire/${nodeId}`,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: TYPES,
  };
}

/**
 * To be called once on each new connection.
 * @param hold Takes the lock that the connection holds as long as it lasts; default: that of nodes.
 * @throws StoreError `locked` or `unfinished` where a migration is running or was cut off, `failing`
 * for a standby, or what pg throws.
 */
export async function configure(
  client: ClientBase,
  { answerMs = ANSWER_MS }: Address,
  hold = serveOn,
): Promise<void> {
  // A connection that dies while nothing is asked of it must not end the process.
  client.on("error", () => undefined);
  const { rows } = await client.query(SETTINGS, [String(Math.ceil(answerMs * 0.8))]);
  if ((rows as { isStandby: boolean }[])[0]?.isStandby) throw isStandby();
  await hold(client);
}

/** It would refuse each write: whoever is led to it tries again, until the address leads elsewhere. */
function isStandby(): StoreError {
  return new StoreError("failing", "this Postgres is a standby, which takes no writes", {
    hint: "Let DATABASE_URL lead to the primary.",
  });
}

/**
 * Looks at the server, and brings the database up to date.
 * @param warn Told of settings by which the server may lose what it said was kept.
 * @throws StoreError `newer`, `locked`, `unfinished`, or `failing` when the server cannot be used.
 */
export async function prepareDatabase(
  address: Address,
  warn: (message: string) => void,
): Promise<void> {
  // Without a bound for answers: other nodes may be migrating.
  const client = new Client({ ...configOf(address), query_timeout: undefined });
  try {
    await client.connect();
    await configure(client, address);
    await checkServer(client, warn);
    await migrate(client);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Whether this program can use the server.
 * @throws StoreError `failing` when it is too old, or what pg throws.
 */
export async function checkServer(
  client: ClientBase,
  warn: (message: string) => void,
): Promise<void> {
  const { rows } = await client.query(
    "SELECT name, reset_val AS value FROM pg_settings WHERE name = ANY ($1)",
    [["server_version_num", "server_encoding", "fsync", "full_page_writes", "synchronous_commit"]],
  );
  const settings = new Map(
    (rows as { name: string; value: string }[]).map((row) => [row.name, row.value]),
  );
  const version = Math.floor(Number(settings.get("server_version_num")) / 10_000);
  if (version < OLDEST_VERSION) {
    throw new StoreError("failing", `Postgres ${version} is too old`, {
      hint: `Quire needs Postgres ${OLDEST_VERSION} or later.`,
    });
  }
  const encoding = settings.get("server_encoding");
  if (encoding !== "UTF8") {
    throw new StoreError("failing", `the database is in ${encoding}, not in UTF-8`, {
      hint: "Make it anew, with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'.",
    });
  }
  const unsafe = [...settings].filter(([, value]) => value === "off").map(([name]) => name);
  for (const name of unsafe) warn(WARNINGS[name] ?? name);
}

const WARNINGS: Readonly<Record<string, string>> = {
  fsync: "fsync is off at the Postgres server: what is acknowledged may be lost when it crashes",
  full_page_writes:
    "full_page_writes is off at the Postgres server: a crash may damage what is stored",
  synchronous_commit:
    "synchronous_commit is off at the Postgres server: Quire turns it on for itself, other programs may not",
};

/**
 * The process by which the server serves a connection: it may go on with what it was sent when the
 * connection is long gone. Knows which it is, and ends it.
 */
import type { ClientBase } from "pg";
import { StoreError } from "../store-error.ts";
import { isForbidden } from "./postgres-error.ts";

/** Its number is given anew after its end, also by another server: only with its start is it the same. */
export interface Backend {
  readonly pid: number;
  /** In seconds since the Unix epoch, as Postgres writes it. */
  readonly started: string;
}

const STARTED = "extract(epoch FROM backend_start)::text";

const OWN = `SELECT pid, ${STARTED} AS started FROM pg_stat_activity WHERE pid = pg_backend_pid()`;

/** Any user may end its own. */
const END = `SELECT pg_terminate_backend(pid, $3) AS "isGone" FROM pg_stat_activity
  WHERE pid = $1 AND ${STARTED} = $2`;

/** That of the connection. */
export async function backendOf(client: ClientBase): Promise<Backend> {
  const [own] = (await client.query(OWN)).rows as Backend[];
  if (!own) throw new StoreError("failing", "Postgres does not tell which process serves");
  return own;
}

/**
 * Resolves when it is gone: what it was sent is committed by then, or never will be. Where the
 * server forbids to end it, it is given up by its bounds alone.
 * @throws StoreError `failing` when it takes longer than so many milliseconds, or what pg throws.
 */
export async function endBackend(
  client: ClientBase,
  { pid, started }: Backend,
  mostMs: number,
): Promise<void> {
  const ending = client.query(END, [pid, started, mostMs]).catch((error: unknown) => {
    if (isForbidden(error)) return { rows: [] };
    throw error;
  });
  const [ended] = (await ending).rows as { isGone: boolean }[];
  if (ended?.isGone === false) {
    throw new StoreError("failing", "Postgres is still at a write that nobody waits for", {
      hint: "It is tried again; look for what holds Postgres up.",
    });
  }
}

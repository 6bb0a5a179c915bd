/** Servers with an admin token, and the operator's calls to them. */
import type { AdminDocument, AdminDocuments } from "#protocol/rest-admin.ts";
import { answered } from "./rest.ts";
import type { Scope } from "./scope.ts";
import { startServer, type TestServer, type TestServerOptions } from "./server.ts";

export const ADMIN_TOKEN = "an-admin-token";

type At = Pick<TestServer, "url">;

interface AdminCall {
  readonly method?: string;
  /** Another than the right one; null: none. */
  readonly token?: string | null;
  readonly signal?: AbortSignal;
}

/** Documents may be made as fast as a test likes. */
export function adminServer(
  t: Scope,
  { env, ...options }: TestServerOptions = {},
): Promise<TestServer> {
  return startServer(t, { ...options, env: { ADMIN_TOKEN, MAX_CREATES_PER_MINUTE: "0", ...env } });
}

/** @param path After `/api/admin`. */
export function adminCall({ url }: At, path: string, given: AdminCall = {}): Promise<Response> {
  const { method = "GET", token = ADMIN_TOKEN, signal } = given;
  return fetch(`${url}/api/admin${path}`, {
    method,
    headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    ...(signal && { signal }),
  });
}

/** One page of the list. */
export function page(server: At, query: Record<string, string> = {}): Promise<AdminDocuments> {
  return answered<AdminDocuments>(adminCall(server, `/documents?${new URLSearchParams(query)}`));
}

/** All that is found by these words. */
export async function search(server: At, query: string): Promise<readonly AdminDocument[]> {
  return (await page(server, { query, limit: "200" })).documents;
}

/** The ids of all that is found by these words, in an order of their own. */
export async function idsOf(server: At, query: string): Promise<string[]> {
  return (await search(server, query)).map(({ id }) => id).toSorted();
}

/** Real servers in this process that share a Postgres, as nodes do that nothing else connects. */
import { openPostgresStore, type PostgresStoreOptions } from "../../persistence/postgres/client.ts";
import { sharedSearch } from "../../server/search/search-home.ts";
import type { Scope } from "./scope.ts";
import { startServer, type TestServer, type TestServerOptions } from "./server.ts";

interface SharedServerOptions extends TestServerOptions {
  readonly postgres: Pick<PostgresStoreOptions, "databaseUrl"> & Partial<PostgresStoreOptions>;
}

/** One more node on a database. */
export async function sharedServer(
  t: Scope,
  { postgres, ...options }: SharedServerOptions,
): Promise<TestServer> {
  const address = { nodeId: "test", ...postgres };
  const store = await openPostgresStore(address);
  const { attachments } = store;
  return startServer(t, { search: sharedSearch(address), ...options, store, attachments });
}

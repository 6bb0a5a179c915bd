/**
 * Several nodes in this process, on a real Postgres and a real Redis: what one does is seen on the
 * others as if they were machines of their own. For those that must be killed see `cluster.ts`.
 */
import { after, before } from "node:test";
import { startPostgres, type TestPostgres } from "./postgres.ts";
import { startProxy, type TestProxy } from "./proxy.ts";
import { startRedis, type TestRedis } from "./redis.ts";
import { programScope, type Scope } from "./scope.ts";
import { startServer, type TestServer, type TestServerOptions } from "./server.ts";

/** Started once for a file of tests, since that takes a while. */
export interface Services {
  readonly postgres: TestPostgres;
  readonly redis: TestRedis;
}

export interface TestNodes {
  readonly nodes: readonly TestServer[];
  /** Between each node and Postgres, and each node and Redis. */
  readonly lines: readonly { readonly postgres: TestProxy; readonly redis: TestProxy }[];
}

/** For all tests of this file; to be asked for inside of them. */
export function servicesOfFile(): () => Services {
  const scope = programScope();
  let services: Services | undefined;
  before(async () => {
    const [postgres, redis] = await Promise.all([startPostgres(scope), startRedis(scope)]);
    services = { postgres, redis };
  });
  after(() => scope.end());
  return () => {
    if (!services) throw new Error("the services are started before the tests");
    return services;
  };
}

/** On a database of their own. */
export async function startNodes(
  t: Scope,
  { postgres, redis }: Services,
  count: number,
  options: TestServerOptions = {},
): Promise<TestNodes> {
  const databaseUrl = await postgres.createDatabase();
  const names = Array.from({ length: count }, (_, n) => `node-${n + 1}`);
  const lines = await Promise.all(
    names.map(async () => ({
      postgres: await startProxy(t, databaseUrl),
      redis: await startProxy(t, redis.url),
    })),
  );
  const nodes: TestServer[] = [];
  for (const [n, line] of lines.entries()) {
    nodes.push(await startNode(t, names[n] ?? "", line, options));
  }
  return { nodes, lines };
}

async function startNode(
  t: Scope,
  nodeId: string,
  { postgres, redis }: TestNodes["lines"][number],
  options: TestServerOptions,
): Promise<TestServer> {
  const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, NODE_ID: nodeId };
  return startServer(t, { ...options, env: { ...env, ...options.env } });
}

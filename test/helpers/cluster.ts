/** Several nodes as a user runs them: a process each, that share one Postgres and one Redis. */
import { freePort } from "./free-port.ts";
import { type TestPostgres, startPostgres } from "./postgres.ts";
import { addressOf, type Program, startMain } from "./program.ts";
import { startProxy, type TestProxy } from "./proxy.ts";
import { startRedis, type TestRedis } from "./redis.ts";
import type { Scope } from "./scope.ts";
import { temporaryFolder } from "./temporary.ts";

export interface ClusterOptions {
  readonly nodes: number;
  /** Settings of every node, as in the environment. */
  readonly env?: Record<string, string>;
  /** Puts proxies between each node and Postgres, Redis and its clients; default: none. */
  readonly isProxied?: boolean;
}

export interface TestCluster {
  readonly nodes: readonly TestNode[];
  readonly postgres: TestPostgres;
  readonly redis: TestRedis;
}

export interface TestNode {
  readonly id: string;
  /** `http://127.0.0.1:<port>`, the same after a restart; of the proxy, where there are proxies. */
  readonly url: string;
  /** `ws://127.0.0.1:<port>/ws/doc`, likewise. */
  readonly wsUrl: string;
  /** Its present process. */
  readonly program: Program;
  /** What its processes so far have logged. */
  readonly log: string;
  /** Undefined where none were asked for. */
  readonly proxies: NodeProxies | undefined;
  kill(): Promise<void>;
  /** It stands still, its connections stay open. */
  pause(): void;
  resume(): void;
  /** A new process at the same address, after the old one was ended as an operator would; resolves once it serves. */
  restart(): Promise<void>;
}

export interface NodeProxies {
  readonly postgres: TestProxy;
  readonly redis: TestProxy;
  readonly clients: TestProxy;
}

export async function startCluster(scope: Scope, options: ClusterOptions): Promise<TestCluster> {
  const [postgres, redis] = await Promise.all([startPostgres(scope), startRedis(scope)]);
  const names = Array.from({ length: options.nodes }, (_, n) => `node-${n + 1}`);
  const nodes = await Promise.all(
    names.map((name) => startNode(scope, name, { postgres, redis }, options)),
  );
  return { nodes, postgres, redis };
}

async function startNode(
  scope: Scope,
  id: string,
  { postgres, redis }: Pick<TestCluster, "postgres" | "redis">,
  { env, isProxied }: ClusterOptions,
): Promise<TestNode> {
  const port = await freePort();
  const own = `http://127.0.0.1:${port}`;
  const proxies = isProxied
    ? {
        postgres: await startProxy(scope, postgres.url),
        redis: await startProxy(scope, redis.url),
        clients: await startProxy(scope, own),
      }
    : undefined;
  const settings = {
    PORT: `${port}`,
    NODE_ID: id,
    // As `npm start` has it.
    NODE_OPTIONS: "--max-semi-space-size=8",
    DATABASE_URL: proxies?.postgres.url ?? postgres.url,
    REDIS_URL: proxies?.redis.url ?? redis.url,
    ...env,
  };
  const url = proxies ? `http://127.0.0.1:${proxies.clients.port}` : own;
  const folder = await temporaryFolder(scope);
  const node = new NodeProcess({ id, url, proxies }, () => startMain(scope, folder, settings));
  await addressOf(node.program);
  return node;
}

class NodeProcess implements TestNode {
  readonly id: string;
  readonly url: string;
  readonly wsUrl: string;
  readonly proxies: NodeProxies | undefined;
  readonly #start: () => Program;
  program: Program;
  #past = "";

  constructor(
    { id, url, proxies }: Pick<TestNode, "id" | "url" | "proxies">,
    start: () => Program,
  ) {
    this.id = id;
    this.url = url;
    this.wsUrl = `${url.replace("http", "ws")}/ws/doc`;
    this.proxies = proxies;
    this.#start = start;
    this.program = start();
  }

  get log(): string {
    return this.#past + this.program.stderr();
  }

  async kill(): Promise<void> {
    this.program.child.kill("SIGKILL");
    await this.program.exited();
  }

  pause(): void {
    this.program.child.kill("SIGSTOP");
  }

  resume(): void {
    this.program.child.kill("SIGCONT");
  }

  async restart(): Promise<void> {
    this.resume();
    this.program.child.kill("SIGTERM");
    await this.program.exited();
    this.#past = this.log;
    this.program = this.#start();
    await addressOf(this.program);
  }
}

/** A Redis of the tests' own at a free port, which keeps nothing on disk. */
import { createClient } from "@redis/client";
import { Daemon } from "./daemon.ts";
import { freePort } from "./free-port.ts";
import { programScope, type Scope } from "./scope.ts";

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  kill(): Promise<void>;
  /** After that, empty; resolves once it serves. */
  start(): Promise<void>;
  /** It stands still, its connections stay open. */
  pause(): void;
  resume(): void;
  /** Forgets all keys, and goes on. */
  flush(): Promise<void>;
}

export async function startRedis(t: Scope): Promise<TestRedis> {
  const scope = programScope();
  t.after(() => scope.end());
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const settings = ["--bind", "127.0.0.1", "--port", `${port}`, "--save", "", "--appendonly", "no"];
  const daemon = new Daemon(scope, {
    command: ["redis-server", ...settings],
    isReady: () => ask(url, ["PING"]),
  });
  await daemon.start();
  return {
    url,
    port,
    kill: () => daemon.kill(),
    start: () => daemon.start(),
    pause: () => daemon.pause(),
    resume: () => daemon.resume(),
    flush: async () => void (await ask(url, ["FLUSHALL"])),
  };
}

/** By a connection of its own. */
async function ask(url: string, command: string[]): Promise<true> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 5000 } });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.sendCommand(command);
    return true;
  } finally {
    client.destroy();
  }
}

/** A TCP proxy between anything and anything, to be cut or held up. Knows no protocol. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./free-port.ts";
import type { Scope } from "./scope.ts";

export interface TestProxy {
  /** The target's address with the proxy's host and port. */
  readonly url: string;
  readonly port: number;
  /** Drops all connections and refuses new ones. */
  cut(): void;
  /** Passes nothing more, on connections old and new, and keeps what comes. */
  hang(): void;
  /** After one of these: new connections pass, and those that were held up go on. */
  restore(): Promise<void>;
}

/** Both ends of one connection. */
type Pair = readonly [client: Socket, target: Socket];

/** @param target Address of any scheme, with host and port. */
export async function startProxy(scope: Scope, target: string): Promise<TestProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const port = await freePort();
  const pairs = new Set<Pair>();
  let isHanging = false;
  const server = createServer((client) => {
    const pair = [client, connect(Number(targetPort), hostname)] as const;
    pairs.add(pair);
    tie(pair, () => pairs.delete(pair));
    if (!isHanging) pass(pair);
  });
  const cut = () => {
    server.close();
    for (const [client] of pairs) client.destroy();
  };
  scope.after(cut);
  await listen(server, port);
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    port,
    cut,
    hang: () => {
      isHanging = true;
      for (const pair of pairs) hold(pair);
    },
    restore: async () => {
      if (!server.listening) await listen(server, port);
      if (isHanging) for (const pair of pairs) pass(pair);
      isHanging = false;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

/** What ends one end ends the other, at once. */
function tie([client, target]: Pair, onEnd: () => void): void {
  for (const socket of [client, target]) {
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      client.destroy();
      target.destroy();
      onEnd();
    });
  }
}

function pass([client, target]: Pair): void {
  client.pipe(target);
  target.pipe(client);
}

function hold([client, target]: Pair): void {
  client.unpipe();
  target.unpipe();
}

/**
 * Ports for servers that are killed and started again at the same address. None that the
 * system gives away to outgoing connections: a client would be handed the port of a server
 * that is down, or reach itself there.
 */
import { once } from "node:events";
import { createServer } from "node:net";

const LOWEST = 10_000;

/** Linux begins with its own at 32,768. */
const HIGHEST = 32_000;

/** One that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

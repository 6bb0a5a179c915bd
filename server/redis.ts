/**
 * What a node has of Redis: the bus, and a connection for other commands, on which the bus
 * publishes too. Redis may be away at the start, but not refuse.
 */
import type { Logger } from "pino";
import { RedisBus } from "./redis-bus.ts";
import { RedisConnection } from "./redis-connection.ts";

export interface RedisOptions {
  /** Undefined: this node is the only one, and there is no Redis. */
  readonly redisUrl: string | undefined;
  readonly nodeId: string;
}

export interface Redis {
  readonly bus: RedisBus;
  readonly commands: RedisConnection;
  /** What was published gets a moment to arrive. Idempotent. */
  close(): Promise<void>;
}

/** @throws Error when Redis refuses the user or the password. */
export async function openRedis(
  { redisUrl: url, nodeId }: RedisOptions,
  logger: Logger,
): Promise<Redis | undefined> {
  if (url === undefined) return undefined;
  const commands = new RedisConnection({ url, name: `quire:${nodeId}`, logger });
  const bus = new RedisBus({ url, nodeId, commands, logger });
  const close = async () => {
    await bus.close();
    await commands.close();
  };
  try {
    await bus.tried();
  } catch (cause) {
    await close();
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Redis refuses this node: ${said}. Check REDIS_URL.`, { cause });
  }
  return { bus, commands, close };
}

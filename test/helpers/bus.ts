/** A node as far as the bus goes: its connections to a Redis, and what it tells and hears. */
import { pino } from "pino";
import { RedisBus } from "../../server/redis-bus.ts";
import { RedisConnection } from "../../server/redis-connection.ts";
import type { Scope } from "./scope.ts";

export interface TestNode {
  readonly bus: RedisBus;
  readonly commands: RedisConnection;
}

/** What one channel has brought. */
export interface Hearing {
  readonly messages: { readonly bytes: Uint8Array; readonly from: string }[];
  gaps: number;
}

const LOGGER = pino({ level: process.env.TEST_LOG_LEVEL ?? "silent" });

/** Does not wait until Redis is there. */
export function joinBus(t: Scope, url: string, nodeId: string, logger = LOGGER): TestNode {
  const commands = new RedisConnection({ url, name: `quire:${nodeId}`, logger });
  const bus = new RedisBus({ url, nodeId, commands, logger });
  t.after(async () => {
    await bus.close();
    await commands.close();
  });
  return { bus, commands };
}

/** Opens a document's channel and keeps what it brings. */
export function listenTo({ bus }: TestNode, documentId: string) {
  const heard: Hearing = { messages: [], gaps: 0 };
  const channel = bus.open(
    documentId,
    (bytes, from) => void heard.messages.push({ bytes, from }),
    () => void (heard.gaps += 1),
  );
  return { channel, heard };
}

/**
 * One connection to Redis, for ever: whatever fails or stops answering is thrown away whole and
 * made anew, so that nothing of a dead connection is ever waited for. Nothing is queued while
 * there is none. Knows no message and no key.
 */
import { setTimeout as delay } from "node:timers/promises";
import { createClient, ErrorReply } from "@redis/client";
import type { Logger } from "pino";
import { within } from "./within.ts";

/** For connecting and saying hello, in milliseconds. */
const CONNECT_MS = 3000;

/** A sign of life is asked for so often, in milliseconds. */
const BEAT_MS = 500;

/** So many beats without one: it is gone. In beats, so that a pause of this process is not held against Redis. */
const SILENT_BEATS = 5;

/** Commands without an answer; beyond, they fail at once. */
const MAX_COMMANDS = 20_000;

/** How long somebody waits for an answer before going on without, in milliseconds. */
const ANSWER_MS = 300;

/** How long closing waits for what was sent, in milliseconds. */
const FLUSH_MS = 500;

const BACK_OFF = { firstMs: 100, longestMs: 5000 };

/** What Redis says while it starts or fails over: it will pass by itself. */
const PASSING = /^(LOADING|BUSY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN)/;

export type RedisClient = ReturnType<typeof clientOf>;

export interface RedisConnectionOptions {
  /** `redis[s]://[user:password@]host[:port][/database]` */
  readonly url: string;
  /** Shown in Redis's list of clients. */
  readonly name: string;
  readonly logger: Logger;
  /** What a connection needs before it counts as there; when it rejects, it is thrown away. */
  readonly prepare?: (client: RedisClient) => Promise<unknown>;
}

export class RedisConnection {
  readonly #options: RedisConnectionOptions;
  readonly #closing = new AbortController();
  readonly #tried = Promise.withResolvers<void>();
  readonly #ended: Promise<void>;
  readonly #watchers = new Set<(client: RedisClient | undefined) => void>();
  #client: RedisClient | undefined;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
    // Whoever does not ask hears of a refusal from the log.
    this.#tried.promise.catch(() => undefined);
    this.#ended = this.#run();
  }

  /** Undefined while there is no connection. */
  get client(): RedisClient | undefined {
    return this.#client;
  }

  /** Resolves after the first attempt, whether Redis was there or away; rejects when it refuses this address, user or password. */
  get tried(): Promise<void> {
    return this.#tried.promise;
  }

  /** Calls back when a connection is there or has gone; the answer ends it. */
  watch(watcher: (client: RedisClient | undefined) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** @throws Error without a connection, or without an answer in 300 ms: go on without. */
  async ask<T>(question: (client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.#client) throw new Error("Redis is away");
    const answer = question(this.#client);
    if (await within(ANSWER_MS, answer)) return answer;
    throw new Error("Redis does not answer");
  }

  /** What was sent gets a moment to arrive. Idempotent. */
  async close(): Promise<void> {
    if (!this.#closing.signal.aborted && this.#client) {
      await within(FLUSH_MS, this.#client.ping()).catch(() => false);
    }
    this.#closing.abort();
    // An attempt to connect that is under way may take longer, and then ends by itself.
    await within(FLUSH_MS, this.#ended);
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const client = clientOf(this.#options);
      try {
        await connect(client);
        const dead = death(client, signal);
        await Promise.race([this.#options.prepare?.(client), dead]);
        if (!signal.aborted) this.#opened(client, failures);
        failures = 0;
        await dead;
      } catch (error) {
        this.#failed(error, failures);
      } finally {
        this.#become(undefined);
        client.destroy();
      }
      await delay(backOffMs(failures), undefined, { signal }).catch(() => undefined);
    }
    this.#tried.resolve();
  }

  #opened(client: RedisClient, failures: number): void {
    const { logger, name } = this.#options;
    if (failures > 0) logger.info({ connection: name }, "Redis is back");
    this.#become(client);
    this.#tried.resolve();
  }

  #failed(error: unknown, failures: number): void {
    if (this.#closing.signal.aborted) return;
    const isRefusal = error instanceof ErrorReply && !PASSING.test(error.message);
    if (isRefusal) this.#tried.reject(error);
    else this.#tried.resolve();
    // Once for each time that it goes away.
    if (failures > 0) return;
    const { logger, name } = this.#options;
    logger.error({ err: error, connection: name }, "Redis is away");
  }

  #become(client: RedisClient | undefined): void {
    if (client === this.#client) return;
    this.#client = client;
    for (const watcher of this.#watchers) watcher(client);
  }
}

function clientOf({ url, name }: RedisConnectionOptions) {
  return createClient({
    url,
    name,
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_COMMANDS,
    // Otherwise each command has a timer of its own.
    commandOptions: { timeout: undefined },
    maintNotifications: "disabled",
  });
}

async function connect(client: RedisClient): Promise<void> {
  // An error that nobody listens for would end the process; until then `connect` itself tells it.
  client.on("error", () => undefined);
  const connecting = client.connect();
  if (await within(CONNECT_MS, connecting)) return;
  // Should it still come about, nobody is left to use it.
  connecting.then(() => client.destroy()).catch(() => undefined);
  throw new Error("Redis takes no connection");
}

/** Rejects once the connection is broken or silent; resolves when it is to end. */
async function death(client: RedisClient, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let silent = 0;
  const beat = setInterval(() => {
    if (silent >= SILENT_BEATS) reject(new Error("Redis does not answer"));
    silent += 1;
    const alive = () => (silent = 0);
    client.ping().then(alive, () => undefined);
  }, BEAT_MS);
  client.once("error", reject);
  client.once("end", () => reject(new Error("the connection to Redis ended")));
  const end = () => resolve();
  signal.addEventListener("abort", end);
  if (!client.isReady) reject(new Error("the connection to Redis ended"));
  if (signal.aborted) end();
  try {
    await promise;
  } finally {
    clearInterval(beat);
    signal.removeEventListener("abort", end);
  }
}

/** Doubling, and any part of that: many nodes must not come back at the same moment. */
function backOffMs(failures: number): number {
  const longest = Math.min(BACK_OFF.firstMs * 2 ** failures, BACK_OFF.longestMs);
  return longest * (0.5 + Math.random() / 2);
}

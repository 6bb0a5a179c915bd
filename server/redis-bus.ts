/**
 * The bus on Redis: a channel of Redis for each open document, subscribed only while it is open.
 * Publishing is bounded and never waits; what does not get through is dropped and counted.
 * Knows no document and no meaning of a message.
 */
import type { Logger } from "pino";
import type { Bus, BusCounts, BusListener, BusState, Channel } from "./bus.ts";
import { BusHeader } from "./bus-header.ts";
import { type RedisClient, RedisConnection } from "./redis-connection.ts";

/** Published and not yet taken by Redis; a single message may be larger. */
const MAX_PENDING = { bytes: 8 * 1024 * 1024, messages: 10_000 };

/** Of one command that subscribes to many. */
const CHANNELS_A_COMMAND = 1000;

export interface RedisBusOptions {
  readonly url: string;
  readonly nodeId: string;
  /** What publishes; other commands may go the same way. Closed by whoever opened it. */
  readonly commands: RedisConnection;
  readonly logger: Logger;
}

/** Whoever has a document open on this node. */
interface Opened {
  readonly listener: BusListener;
  readonly onGap: () => void;
}

/** One document's channel of Redis. */
interface Topic {
  readonly opened: Set<Opened>;
  /** Whether it is subscribed, on the connection of the moment. */
  ready: Promise<boolean>;
}

export class RedisBus implements Bus {
  readonly nodeId: string;
  readonly #counts: BusCounts = {
    published: 0,
    publishedBytes: 0,
    received: 0,
    receivedBytes: 0,
    dropped: 0,
  };
  readonly #commands: RedisConnection;
  readonly #header: BusHeader;
  readonly #logger: Logger;
  readonly #prefix: string;
  readonly #topics = new Map<string, Topic>();
  readonly #watchers = new Set<(state: BusState) => void>();
  readonly #subscriber: RedisConnection;
  readonly #pending = { bytes: 0, messages: 0 };
  /** Subscriptions go here, from before the old ones are renewed on it. */
  #line: RedisClient | undefined;
  #told: BusState = "away";
  #hasWarned = false;

  constructor({ url, nodeId, commands, logger }: RedisBusOptions) {
    this.nodeId = nodeId;
    this.#commands = commands;
    this.#logger = logger;
    this.#header = new BusHeader(nodeId);
    // Redis's channels are the same in all its databases: two installations must not hear each other.
    this.#prefix = `quire:${Number(new URL(url).pathname.slice(1))}:doc:`;
    commands.watch(() => this.#tell());
    this.#subscriber = new RedisConnection({
      url,
      name: `quire:${nodeId}:hears`,
      logger,
      prepare: (client) => this.#resubscribe(client),
    });
    this.#subscriber.watch((client) => this.#changed(client !== undefined));
  }

  get state(): BusState {
    return this.#commands.client && this.#subscriber.client ? "ok" : "away";
  }

  get counts(): Readonly<BusCounts> {
    return this.#counts;
  }

  watch(listener: (state: BusState) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** As soon as both connections have been tried; rejects when Redis refuses one. */
  async tried(): Promise<void> {
    await Promise.all([this.#commands.tried, this.#subscriber.tried]);
  }

  publish(documentId: string, message: Uint8Array): void {
    this.#publish(this.#prefix + documentId, message);
  }

  open(documentId: string, listener: BusListener, onGap: () => void): Channel {
    const name = this.#prefix + documentId;
    const opened: Opened = { listener, onGap };
    const topic = this.#topics.get(name) ?? this.#subscribe(name);
    topic.opened.add(opened);
    return {
      ready: topic.ready,
      publish: (message) => this.#publish(name, message),
      close: () => this.#close(name, topic, opened),
    };
  }

  async close(): Promise<void> {
    await this.#subscriber.close();
  }

  #subscribe(name: string): Topic {
    const topic: Topic = { opened: new Set(), ready: this.#ask([name]) };
    this.#topics.set(name, topic);
    return topic;
  }

  /** Whether they are subscribed now. */
  async #ask(names: string[]): Promise<boolean> {
    try {
      await this.#alive?.subscribe(names, this.#hear, true);
      return this.#alive !== undefined;
    } catch {
      return false;
    }
  }

  /** A connection that has ended would keep what it is asked for ever. */
  get #alive(): RedisClient | undefined {
    return this.#line?.isReady ? this.#line : undefined;
  }

  #close(name: string, topic: Topic, opened: Opened): void {
    if (!topic.opened.delete(opened) || topic.opened.size > 0) return;
    this.#topics.delete(name);
    // Refused only by a connection that has ended, and its subscriptions with it.
    this.#alive?.unsubscribe(name, this.#hear, true).catch(() => undefined);
  }

  #publish(name: string, message: Uint8Array): void {
    const { client } = this.#commands;
    if (!client || this.#isFull(message.length)) this.#counts.dropped += 1;
    else void this.#send(client, name, this.#header.before(message));
  }

  async #send(client: RedisClient, name: string, framed: Buffer): Promise<void> {
    const bytes = framed.length;
    this.#pending.bytes += bytes;
    this.#pending.messages += 1;
    try {
      await client.publish(name, framed);
      this.#counts.published += 1;
      this.#counts.publishedBytes += bytes;
    } catch {
      this.#counts.dropped += 1;
    } finally {
      this.#pending.bytes -= bytes;
      this.#pending.messages -= 1;
    }
  }

  #isFull(bytes: number): boolean {
    const { bytes: pending, messages } = this.#pending;
    if (messages >= MAX_PENDING.messages) return true;
    return pending > 0 && pending + bytes > MAX_PENDING.bytes;
  }

  readonly #hear = (framed: Buffer, name: Buffer): void => {
    const heard = this.#header.read(framed);
    if (!heard || heard.isOwn) return;
    if (heard.from === this.nodeId) this.#warn();
    this.#counts.received += 1;
    this.#counts.receivedBytes += framed.length;
    const topic = this.#topics.get(name.toString());
    for (const { listener } of topic?.opened ?? []) listener(heard.message, heard.from);
  };

  /** Once: people of two nodes of one name are taken for those of one. */
  #warn(): void {
    if (!this.#hasWarned) this.#logger.error("another node has the same NODE_ID");
    this.#hasWarned = true;
  }

  async #resubscribe(client: RedisClient): Promise<void> {
    this.#line = client;
    const topics = [...this.#topics];
    const asked: Promise<boolean>[] = [];
    for (let start = 0; start < topics.length; start += CHANNELS_A_COMMAND) {
      const some = topics.slice(start, start + CHANNELS_A_COMMAND);
      const ready = this.#ask(some.map(([name]) => name));
      for (const [, topic] of some) topic.ready = ready;
      asked.push(ready);
    }
    const isAll = (await Promise.all(asked)).every(Boolean);
    if (!isAll) throw new Error("Redis does not let this node subscribe");
  }

  /** The subscriber's connection is there, with all its subscriptions, or has gone with them. */
  #changed(isThere: boolean): void {
    if (!isThere) for (const topic of this.#topics.values()) topic.ready = Promise.resolve(false);
    this.#tell();
    if (isThere) this.#gap();
  }

  #gap(): void {
    for (const { opened } of this.#topics.values()) {
      for (const { onGap } of opened) onGap();
    }
  }

  #tell(): void {
    const { state } = this;
    if (state === this.#told) return;
    this.#told = state;
    for (const listener of this.#watchers) listener(state);
  }
}

/**
 * How much of one kind all nodes hold together, name by name: each writes its own counts into
 * Redis, where a script adds them up. What a node has not renewed runs out, so that a dead one
 * holds nothing. While Redis is away or slow, each node's own count decides.
 */
import type { RedisClient, RedisConnection } from "./redis-connection.ts";
import { redisKey } from "./redis-key.ts";

/** A count that was not renewed for so long is of a dead node; milliseconds. */
const VALID_MS = 15_000;

const RENEWAL_MS = 5000;

/** Counts that fall are told together, so much later; milliseconds. */
const FALL_MS = 100;

/** Counts that are told at once; the next when these have arrived. */
const TOLD_AT_ONCE = 500;

/**
 * Sets the node's count of a name, unless that is more than the most beside those of the others;
 * 1 when it did. A hash for each name, a field for each node: count and time, by Redis's clock.
 */
const COUNT_SCRIPT = `
local node, count, most, valid = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local others = 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local held, at = string.match(all[i + 1], '^(%d+) (%d+)$')
  if now - tonumber(at) > valid then
    redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] ~= node then
    others = others + tonumber(held)
  end
end
if most > 0 and others + count > most then return 0 end
if count == 0 then
  redis.call('HDEL', KEYS[1], node)
else
  redis.call('HSET', KEYS[1], node, string.format('%d %d', count, now))
  redis.call('PEXPIRE', KEYS[1], valid)
end
return 1
`;

export interface CensusOptions {
  readonly redis: Pick<RedisConnection, "ask" | "client" | "watch">;
  readonly nodeId: string;
}

export interface Counted extends CensusOptions {
  readonly kind: string;
  /** Of one name, over all nodes. */
  readonly most: number;
  /** What this node holds, as it is at any time. */
  readonly counts: ReadonlyMap<string, number>;
}

export class Census {
  readonly #options: Counted;
  readonly #fallen = new Set<string>();
  readonly #renewal: NodeJS.Timeout;
  readonly #unwatch: () => void;
  #falling: NodeJS.Timeout | undefined;
  #isRenewing = false;

  constructor(options: Counted) {
    this.#options = options;
    this.#renewal = setInterval(() => void this.#renew(), RENEWAL_MS).unref();
    this.#unwatch = options.redis.watch(() => void this.#renew());
  }

  /** Whether this node's count fits beside those of the others; true when Redis cannot say. */
  async admits(name: string): Promise<boolean> {
    const { redis, most } = this.#options;
    try {
      return (await redis.ask((client) => this.#count(client, name, most))) === 1;
    } catch {
      return true;
    }
  }

  /** This node holds fewer than it did. */
  fell(name: string): void {
    // Without Redis there is nobody to tell: what is held is told when it is back, the rest runs out.
    if (!this.#options.redis.client) return;
    this.#fallen.add(name);
    this.#falling ??= setTimeout(() => this.#tellFallen(), FALL_MS).unref();
  }

  /** Tells what fell last; idempotent. */
  close(): void {
    clearInterval(this.#renewal);
    this.#unwatch();
    this.#tellFallen();
  }

  #tellFallen(): void {
    clearTimeout(this.#falling);
    this.#falling = undefined;
    const names = [...this.#fallen];
    this.#fallen.clear();
    void this.#tell(names);
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    await this.#tell([...this.#options.counts.keys()]);
    this.#isRenewing = false;
  }

  /** What does not arrive is told by the next renewal. */
  async #tell(names: readonly string[]): Promise<void> {
    for (let start = 0; start < names.length; start += TOLD_AT_ONCE) {
      const { client } = this.#options.redis;
      if (!client) return;
      const some = names.slice(start, start + TOLD_AT_ONCE);
      await Promise.allSettled(some.map((name) => this.#count(client, name, 0)));
    }
  }

  /** @param most 0: whatever the others hold. */
  #count(client: RedisClient, name: string, most: number): Promise<unknown> {
    const { kind, nodeId, counts } = this.#options;
    const count = counts.get(name) ?? 0;
    return client.eval(COUNT_SCRIPT, {
      keys: [redisKey(`sockets:${kind}`, name)],
      arguments: [nodeId, count, most, VALID_MS].map(String),
    });
  }
}

/**
 * So many times in so long for each key; what goes beyond is refused with the time to wait. Over
 * all nodes where there is a Redis; while that is away or slow, each node counts by itself.
 */
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../errors.ts";
import type { RedisClient, RedisConnection } from "../redis-connection.ts";
import { redisKey } from "../redis-key.ts";

export interface RateLimitOptions {
  /** What is limited, in one word: the count of one is none of another's. */
  readonly name: string;
  /** How many times; 0: no limit. */
  readonly points: number;
  readonly seconds: number;
  /** A sentence for whoever goes beyond. */
  readonly hint: string;
  /** Where all nodes count together; undefined: there is but this one. */
  readonly redis: Pick<RedisConnection, "ask"> | undefined;
}

type Limiter = RateLimiterMemory | RateLimiterRedis;

export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #own: RateLimiterMemory;
  /** Each for the connection that it counts on. */
  readonly #shared = new WeakMap<RedisClient, RateLimiterRedis>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
    const { points, seconds } = options;
    this.#own = new RateLimiterMemory({ points, duration: seconds });
  }

  /** @throws AppError `rate` */
  async take(key: string): Promise<void> {
    try {
      await this.#count((limiter, name) => limiter.consume(name), key);
    } catch (limit) {
      if (!(limit instanceof RateLimiterRes)) throw limit;
      throw new AppError("rate", this.#options.hint, { retryAfterMs: limit.msBeforeNext });
    }
  }

  /** The last time was none, after all. */
  async giveBack(key: string): Promise<void> {
    await this.#count((limiter, name) => limiter.reward(name), key);
  }

  async #count(how: (limiter: Limiter, name: string) => Promise<unknown>, key: string) {
    if (this.#options.points === 0) return;
    if (!(await this.#countTogether(how, key))) await how(this.#own, key);
  }

  /** False when this node has to count by itself. */
  async #countTogether(
    how: (limiter: Limiter, name: string) => Promise<unknown>,
    key: string,
  ): Promise<boolean> {
    const { name, redis } = this.#options;
    if (!redis) return false;
    try {
      const hashed = redisKey(`rate:${name}`, key);
      await redis.ask((client) => how(this.#on(client), hashed));
      return true;
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error;
      return false;
    }
  }

  #on(client: RedisClient): RateLimiterRedis {
    const { points, seconds } = this.#options;
    const made =
      this.#shared.get(client) ??
      new RateLimiterRedis({
        storeClient: client,
        useRedisPackage: true,
        keyPrefix: "",
        points,
        duration: seconds,
      });
    this.#shared.set(client, made);
    return made;
  }
}

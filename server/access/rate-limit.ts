/** So many times in so long for each key; what goes beyond is refused with the time to wait. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../errors.ts";

export interface RateLimitOptions {
  /** How many times; 0: no limit. */
  readonly points: number;
  readonly seconds: number;
  /** A sentence for whoever goes beyond. */
  readonly hint: string;
}

export class RateLimit {
  readonly #limiter: RateLimiterMemory | undefined;
  readonly #hint: string;

  constructor({ points, seconds, hint }: RateLimitOptions) {
    this.#hint = hint;
    if (points > 0) this.#limiter = new RateLimiterMemory({ points, duration: seconds });
  }

  /** @throws AppError `rate` */
  async take(key: string): Promise<void> {
    try {
      await this.#limiter?.consume(key);
    } catch (limit) {
      if (!(limit instanceof RateLimiterRes)) throw limit;
      throw new AppError("rate", this.#hint, { retryAfterMs: limit.msBeforeNext });
    }
  }

  /** The last time was none, after all. */
  async giveBack(key: string): Promise<void> {
    await this.#limiter?.reward(key);
  }
}

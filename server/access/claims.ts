/**
 * Exchanges a link that has a password or counts its uses for a token of the browser that
 * asks. Guessing is slowed for each address at each link. Knows no HTTP.
 */
import { createHmac } from "node:crypto";
import type { FoundLink, Store } from "../../persistence/store.ts";
import { AppError } from "../errors.ts";
import type { RedisConnection } from "../redis-connection.ts";
import { knownLink, needsClaim, roleOf } from "./access.ts";
import { isPassword } from "./password.ts";
import { RateLimit } from "./rate-limit.ts";
import { hashToken, newToken, TOKEN_BYTES } from "./token.ts";

/** Wrong passwords from one address at one link. */
const GUESSES = {
  name: "guesses",
  points: 10,
  seconds: 15 * 60,
  hint: "Too many wrong passwords. Try again later.",
};

export interface ClaimRequest {
  readonly documentId: string;
  /** Of the link, not one that it was exchanged for. */
  readonly token: string | undefined;
  readonly password: string | undefined;
  /** The same answer for the same key: a browser that did not hear it may ask again. */
  readonly idempotencyKey: string | undefined;
  readonly address: string;
}

export interface ClaimsOptions {
  readonly store: Pick<Store, "findLink" | "claimLink" | "secret">;
  /** Where all nodes count the guesses together; undefined: there is but this one. */
  readonly redis: RedisConnection | undefined;
  readonly now: () => number;
}

export class Claims {
  readonly #store: ClaimsOptions["store"];
  readonly #now: () => number;
  readonly #guesses: RateLimit;

  constructor({ store, redis, now }: ClaimsOptions) {
    this.#store = store;
    this.#now = now;
    this.#guesses = new RateLimit({ ...GUESSES, redis });
  }

  /**
   * @throws AppError `token`, `unknown`, `revoked`, `expired`, `deleted` as everywhere; `conflict` for a link
   * that opens by itself, `password` without one, `wrong`, `used` when none is left, `rate`.
   */
  async claim(request: ClaimRequest) {
    const { documentId, token } = request;
    if (!token) throw new AppError("token", "Send the link's token as Authorization: Bearer.");
    const found = await this.#store.findLink(hashToken(token));
    const link = knownLink(documentId, found, { now: this.#now() });
    if (!needsClaim(link) || link.isClaimed) {
      throw new AppError("conflict", "This token opens the document by itself.");
    }
    await this.#demandPassword(link, request);
    const own = await this.#tokenFor(token, request.idempotencyKey);
    const claim = { linkId: link.id, tokenHash: hashToken(own), at: this.#now() };
    if (!(await this.#store.claimLink(claim))) {
      throw new AppError("used", "Ask whoever sent the link for a new one.");
    }
    return { token: own, role: roleOf(link), expiresAt: link.expiresAt };
  }

  async #demandPassword(link: FoundLink, { password, address }: ClaimRequest): Promise<void> {
    if (link.password === null) return;
    if (password === undefined) throw new AppError("password", "This link needs a password.");
    const guesser = `${link.id} ${address}`;
    // Before the password is looked at, so that many guesses at once count as many.
    await this.#guesses.take(guesser);
    if (!(await isPassword(password, link.password))) {
      throw new AppError("wrong", "Check the password, or ask whoever sent the link for it.");
    }
    await this.#guesses.giveBack(guesser);
  }

  /**
   * With a key it is derived and not stored, so that it can be answered again. Whoever knows link
   * and key cannot make it up without the store's secret, and must pass the password once more.
   */
  async #tokenFor(linkToken: string, key: string | undefined): Promise<string> {
    if (key === undefined) return newToken();
    const hmac = createHmac("sha256", await this.#store.secret("claims"));
    const digest = hmac.update(`${linkToken}\n${key}`).digest();
    return digest.subarray(0, TOKEN_BYTES).toString("base64url");
  }
}

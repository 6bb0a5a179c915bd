/**
 * Passwords of links, as salted scrypt hashes (RFC 7914). Costs about 20 MB and 50 ms each,
 * so only a few are computed at a time and no more than a bounded number wait.
 */
import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { AppError } from "../errors.ts";

/** N = 2^14 and r = 8 need 16 MiB. */
const COST = { N: 16_384, r: 8, p: 5 };
const BYTES = { salt: 16, hash: 32 };

const QUEUE = { atOnce: 2, waiting: 50 };

const queue = pLimit(QUEUE.atOnce);
const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

/** `scrypt$N$r$p$salt$hash`, so that the cost can be raised without losing those that exist. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(BYTES.salt);
  const hash = await queued(() => derive(normalized(password), salt, BYTES.hash, COST));
  const { N, r, p } = COST;
  return ["scrypt", N, r, p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** @throws AppError `overload` when too many are being checked already. */
export async function isPassword(password: string, hashed: string): Promise<boolean> {
  const [, N, r, p, salt = "", hash = ""] = hashed.split("$");
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const expected = Buffer.from(hash, "base64url");
  const given = await queued(() =>
    derive(normalized(password), Buffer.from(salt, "base64url"), expected.length, cost),
  );
  return timingSafeEqual(given, expected);
}

/** Keyboards write the same letter in several ways: RFC 8265, section 4.2. */
function normalized(password: string): string {
  return password.normalize("NFC");
}

function queued<T>(work: () => Promise<T>): Promise<T> {
  if (queue.pendingCount >= QUEUE.waiting) {
    throw new AppError("overload", "Too many passwords are being checked. Try again in a moment.");
  }
  return queue(work);
}

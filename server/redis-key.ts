/** Names of keys in Redis: short, and telling nobody's address to whoever lists them. */
import { createHash } from "node:crypto";

/** Enough that no two names of a kind are taken for one. */
const HASH_BYTES = 16;

/** @param kind What is kept there, such as `rate:claims`. */
export function redisKey(kind: string, name: string): string {
  const hash = createHash("sha256").update(name).digest().subarray(0, HASH_BYTES);
  return `quire:${kind}:${hash.toString("base64url")}`;
}

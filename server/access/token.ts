/**
 * Makes the secrets and names of access, and the only form of a token that is
 * ever stored. Knows no document and no role.
 */
import { hash, randomBytes } from "node:crypto";

/** 192 bits. */
export const TOKEN_BYTES = 24;
/** 128 bits. */
export const DOCUMENT_ID_BYTES = 16;
const LINK_ID_BYTES = 9;

/** 32 URL-safe characters, 192 random bits. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** 22 URL-safe characters, 128 random bits. */
export function newDocumentId(): string {
  return randomBytes(DOCUMENT_ID_BYTES).toString("base64url");
}

/** 12 URL-safe characters; names a link to its owner and opens nothing. */
export function newLinkId(): string {
  return randomBytes(LINK_ID_BYTES).toString("base64url");
}

/** SHA-256: a token is random, so a slow hash would protect nothing more. Looking one up by its hash leaks no prefix through timing. */
export function hashToken(token: string): Uint8Array {
  return hash("sha256", token, "buffer");
}

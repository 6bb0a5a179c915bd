/**
 * The id and the tokens of a document that is to be made: random, or for a request with an
 * idempotency key derived from it and a secret of the store, so that the same request gets the
 * same again and nothing but hashes is stored. Knows no HTTP.
 */
import { createHmac } from "node:crypto";
import type { Store } from "../../persistence/store.ts";
import { DOCUMENT_ID_BYTES, newDocumentId, newToken, TOKEN_BYTES } from "./token.ts";

export interface NewDocumentKeys {
  readonly id: string;
  readonly ownerToken: string;
  readonly editToken: string;
}

/** A request that may be sent again. */
export interface RepeatableRequest {
  /** By which whoever sends it knows it: the same key is the same document. */
  readonly key: string;
  /** Who sends it, as far as is known: others who hit on the same key get another document. */
  readonly sender: string;
  /** All that it asks for: the same key for something else gets other tokens, which open nothing. */
  readonly asks: string;
}

export function randomKeys(): NewDocumentKeys {
  return { id: newDocumentId(), ownerToken: newToken(), editToken: newToken() };
}

/** The same for the same request, in this store. */
export async function derivedKeys(
  store: Pick<Store, "secret">,
  { key, sender, asks }: RepeatableRequest,
): Promise<NewDocumentKeys> {
  const secret = await store.secret("creations");
  const derive = (bytes: number, ...from: string[]) => {
    // As JSON, so that no two lists of words are the same text.
    const digest = createHmac("sha256", secret).update(JSON.stringify(from)).digest();
    return digest.subarray(0, bytes).toString("base64url");
  };
  return {
    id: derive(DOCUMENT_ID_BYTES, "id", sender, key),
    ownerToken: derive(TOKEN_BYTES, "owner", sender, key, asks),
    editToken: derive(TOKEN_BYTES, "edit", sender, key, asks),
  };
}

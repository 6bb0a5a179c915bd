/** Turns a token from outside into a grant by asking the store; the same for REST and sockets. */
import type { Store } from "../../persistence/store.ts";
import { AppError } from "../errors.ts";
import { type Grant, grantOf } from "./access.ts";
import { hashToken } from "./token.ts";

export interface Gatekeeper {
  /** @throws AppError `token` without a token, `unknown` when it opens nothing here. */
  admit(documentId: string, token: string | undefined): Promise<Grant>;
}

export function gatekeeperOf(store: Pick<Store, "findLink">): Gatekeeper {
  return {
    async admit(documentId, token) {
      if (!token) {
        throw new AppError("token", "Open the document by a link that holds a token.");
      }
      return grantOf(documentId, await store.findLink(hashToken(token)));
    },
  };
}

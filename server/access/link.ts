/** Makes links: the record that is stored, and the token that is shown once. */
import type { Role } from "#protocol/roles.ts";
import type { NewLink } from "../../persistence/store.ts";
import { hashToken, newLinkId, newToken } from "./token.ts";

/** What a link may be limited by; nothing, unless said. */
export type LinkLimits = Partial<Pick<NewLink, "label" | "expiresAt" | "password" | "maxUses">>;

/** A link with a fresh token, unless another is given. */
export function makeLink(
  role: Role,
  createdAt: number,
  limits: LinkLimits = {},
  token = newToken(),
): { readonly token: string; readonly record: NewLink } {
  const { label = "", expiresAt = null, password = null, maxUses = null } = limits;
  const tokenHash = hashToken(token);
  const id = newLinkId();
  return { token, record: { id, role, tokenHash, createdAt, label, expiresAt, password, maxUses } };
}

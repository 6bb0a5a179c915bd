/** The REST calls on a document's links; each is its owner's. */
import type { CreatedLink, Link } from "#protocol/rest.ts";
import type { SHARED_ROLES } from "#protocol/roles.ts";
import { call } from "../api.ts";

export type SharedRole = (typeof SHARED_ROLES)[number];

/** What a new link is to be; what is undefined does not limit it. */
export interface NewLink {
  readonly role: SharedRole;
  readonly label?: string | undefined;
  /** RFC 3339 */
  readonly expiresAt?: string | undefined;
  readonly password?: string | undefined;
  readonly maxUses?: number | undefined;
}

export interface Owned {
  readonly id: string;
  /** The owner's. */
  readonly token: string;
}

export function listLinks({ id, token }: Owned): Promise<readonly Link[]> {
  return call(`/documents/${id}/links`, { token });
}

export function createLink({ id, token }: Owned, link: NewLink): Promise<CreatedLink & Link> {
  return call(`/documents/${id}/links`, { method: "POST", token, body: link });
}

export function changeLink(
  { id, token }: Owned,
  linkId: string,
  changes: Partial<Pick<NewLink, "role" | "label">>,
): Promise<Link> {
  return call(`/documents/${id}/links/${linkId}`, { method: "PATCH", token, body: changes });
}

export function revokeLink({ id, token }: Owned, linkId: string): Promise<undefined> {
  return call(`/documents/${id}/links/${linkId}`, { method: "DELETE", token });
}

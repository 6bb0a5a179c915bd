/**
 * Who may do what: from a token's link to a grant, and from a grant's role to a
 * yes or no. Pure; the link is looked up by whoever asks.
 */
import { ROLES, type Role } from "#protocol/rest.ts";
import { AppError } from "../errors.ts";

/** What can be done to a document; each needs at least the role beside it. */
const NEEDS = {
  /** Its text, metadata and exports; content and presence over a socket. */
  read: "view",
  /** Show oneself to the others in it. */
  present: "view",
  /** Change its text, title and language. */
  edit: "edit",
  /** Go on without what a damaged disk has lost of it. */
  acceptLoss: "owner",
} as const satisfies Record<string, Role>;

export type Action = keyof typeof NEEDS;

/** What a stored link says; `role` is text there. */
interface Link {
  readonly id: string;
  readonly documentId: string;
  readonly role: string;
}

/** A token that was checked: what its holder may be to one document. */
export interface Grant {
  readonly documentId: string;
  readonly linkId: string;
  readonly role: Role;
}

/** The one decision function, for REST and sockets alike. */
export function can(role: Role, action: Action): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(NEEDS[action]);
}

/**
 * @throws AppError `unknown` for a link of another document as for none at all,
 * so that neither ids nor tokens can be probed.
 */
export function grantOf(documentId: string, link: Link | undefined): Grant {
  const role = ROLES.find((known) => known === link?.role);
  if (!link || !role || link.documentId !== documentId) {
    throw new AppError(
      "unknown",
      "There is no document here that this token opens. Check that the address is complete.",
    );
  }
  return { documentId, linkId: link.id, role };
}

/** @throws AppError `role` when the grant does not allow the action. */
export function demand(grant: Grant, action: Action): void {
  if (can(grant.role, action)) return;
  throw new AppError(
    "role",
    `This link has the role "${grant.role}"; that needs "${NEEDS[action]}".`,
  );
}

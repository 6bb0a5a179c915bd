/**
 * Who may do what: from a token's link to a grant, and from a grant's role to a
 * yes or no. Pure; the link is looked up by whoever asks, and the clock is passed in.
 */
import { ROLES, type Role } from "#protocol/roles.ts";
import type { FoundLink, LinkRecord } from "../../persistence/store.ts";
import { AppError } from "../errors.ts";

/** What can be done to a document; each needs at least the role beside it. */
export const NEEDS = {
  /** Its text, metadata and exports; content and presence over a socket. */
  read: "view",
  /** Show oneself to the others in it. */
  present: "view",
  /** Change its text, title and language. */
  edit: "edit",
  /** Put an image into it; whoever may read sees it. */
  attach: "edit",
  /** See, make, change and revoke its links. */
  share: "owner",
  /** See, make and remove what tells others of its changes. */
  notify: "owner",
  /** Put it into the trash, and take it out again. */
  delete: "owner",
  /** Go on without what a damaged disk has lost of it. */
  acceptLoss: "owner",
} as const satisfies Record<string, Role>;

export type Action = keyof typeof NEEDS;

/** A token that was checked: what its holder may be to one document, and for how long. */
export interface Grant {
  readonly documentId: string;
  readonly linkId: string;
  readonly role: Role;
  /** The owner's word for the link; may be empty. */
  readonly label: string;
  /** Milliseconds since the Unix epoch; null: until it is revoked. */
  readonly expiresAt: number | null;
}

/** When a link is looked at, and what for. */
export interface Circumstances {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** A document in the trash is as good as any; default: it is `deleted`. */
  readonly inTrash?: boolean;
}

/** The one decision function, for REST, sockets and events alike. */
export function can(role: Role, action: Action): boolean {
  return isAtLeast(role, NEEDS[action]);
}

/** Whether whoever has `role` may do everything that `other` may. */
export function isAtLeast(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(other);
}

/**
 * @throws AppError `unknown` for a link of another document as for none at all, so that neither
 * ids nor tokens can be probed; `revoked`, `expired`, `deleted`; `password` or `claim` when the link must be
 * exchanged for a token first.
 */
export function grantOf(
  documentId: string,
  link: FoundLink | undefined,
  { now, inTrash = false }: Circumstances,
): Grant {
  const known = knownLink(documentId, link, { now, inTrash });
  if (needsClaim(known) && !known.isClaimed) {
    throw known.password
      ? new AppError("password", "This link needs a password.")
      : new AppError("claim", "Exchange this link for a token of your own first.");
  }
  const { id, label, expiresAt } = known;
  return { documentId, linkId: id, role: roleOf(known), label, expiresAt };
}

/** A link of this document that has not ended. @throws AppError `unknown`, `revoked`, `expired` or `deleted`. */
export function knownLink(
  documentId: string,
  link: FoundLink | undefined,
  { now, inTrash = false }: Circumstances,
): FoundLink {
  if (link?.documentId !== documentId) {
    throw new AppError(
      "unknown",
      "There is no document here that this token opens. Check that the address is complete.",
    );
  }
  if (link.revokedAt !== null) {
    throw new AppError("revoked", "This link was revoked. Ask whoever sent it for a new one.");
  }
  if (hasExpired(link, now)) {
    throw new AppError("expired", "This link has expired. Ask whoever sent it for a new one.");
  }
  if (link.documentDeletedAt !== null && !inTrash) {
    throw new AppError("deleted", "Its owner can restore it for 30 days.");
  }
  return link;
}

/** With a password or a number of uses a link opens nothing by itself. */
export function needsClaim(link: Pick<LinkRecord, "password" | "maxUses">): boolean {
  return link.password !== null || link.maxUses !== null;
}

/** @throws TypeError for a role that is none: it was stored by something else. */
export function roleOf({ id, role }: Pick<LinkRecord, "id" | "role">): Role {
  const known = ROLES.find((one) => one === role);
  if (!known) throw new TypeError(`link ${id} has no role that is known`);
  return known;
}

/** @throws AppError `role` when the grant does not allow the action. */
export function demand(grant: Grant, action: Action): void {
  if (can(grant.role, action)) return;
  throw new AppError(
    "role",
    `This link has the role "${grant.role}"; that needs "${NEEDS[action]}".`,
  );
}

function hasExpired({ expiresAt }: LinkRecord, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

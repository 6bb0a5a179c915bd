/** The JSON that REST sends: one shape for the server that writes it and the page that reads it. */

export const ROLES = ["view", "comment", "edit", "owner"] as const;

/** Those that a link can be made with: each document has one owner's token, from its creation. */
export const SHARED_ROLES = ["view", "comment", "edit"] as const satisfies readonly Role[];

/** What a link lets its holder do; each role includes those before it. */
export type Role = (typeof ROLES)[number];

/** A link as it is answered once, at its creation: `token` is never shown again. */
export interface CreatedLink {
  readonly id: string;
  readonly role: Role;
  readonly token: string;
  /** Absolute address of the page, the token in its fragment. */
  readonly url: string;
}

/** A link as its owner sees it; its token was shown once. */
export interface Link {
  readonly id: string;
  readonly role: Role;
  /** Empty: none. */
  readonly label: string;
  /** Times are RFC 3339, UTC. */
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly hasPassword: boolean;
  /** How many browsers may claim it; null: it is not counted. */
  readonly maxUses: number | null;
  /** How many have claimed it or, where none must, how often it was opened. */
  readonly uses: number;
  readonly lastUsedAt: string | null;
  /** Who is connected by it now. */
  readonly connections: number;
}

/** Answer to `POST /api/documents/:id/claim`. */
export interface ClaimedLink {
  /** Of this browser alone; it ends with the link. */
  readonly token: string;
  readonly role: Role;
  readonly expiresAt: string | null;
}

/** Answer to `POST /api/documents`; `token` is the owner's. */
export interface CreatedDocument {
  readonly id: string;
  readonly title: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly token: string;
  readonly links: readonly CreatedLink[];
}

/** Answer to `GET /api/documents/:id`. */
export interface DocumentMetadata {
  readonly id: string;
  readonly title: string;
  /** The role of the token that asked. */
  readonly role: Role;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** RFC 3339, UTC: when the last edit came in. */
  readonly updatedAt: string;
  /** Generation of the stored state; a client's copy of another epoch must not be merged in. */
  readonly epoch: number;
  /** UTF-16 code units of the text, as Yjs counts. */
  readonly length: number;
  /** UTF-8 bytes of the text, as an export would send. */
  readonly bytes: number;
  /** Open WebSockets. */
  readonly connections: number;
}

/** Answer to `POST /api/documents/:id/attachments`. */
export interface Attachment {
  readonly name: string;
  /** Relative, without a token: what the Markdown holds. */
  readonly url: string;
  /** What the content was found to be, as a media type. */
  readonly type: string;
  readonly bytes: number;
}

/** RFC 9457; the last part of `type` is the reason word. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

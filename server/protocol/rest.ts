/**
 * The JSON that REST takes and sends, as schemas: what is checked, the types of both
 * sides and the API's description all come from here. The page imports only the types,
 * so that it need not load zod.
 */
import { z } from "zod";
import { STORE_STATES } from "./frames.ts";
import { ROLES, SHARED_ROLES } from "./roles.ts";

/** A point in time. */
export const Instant = z.iso.datetime().meta({ description: "RFC 3339, UTC" });

const RoleName = z.enum(ROLES).meta({ id: "Role", description: "Each includes those before it" });

/** A link as it is answered once, at its creation: `token` is never shown again. */
export const CreatedLink = z
  .object({
    id: z.string(),
    role: RoleName,
    token: z.string().meta({ description: "Shown this once" }),
    url: z.url().meta({ description: "Address of the page, the token in its fragment" }),
  })
  .meta({ id: "CreatedLink" });
export type CreatedLink = Readonly<z.infer<typeof CreatedLink>>;

/** A link as its owner sees it; its token was shown once. */
export const Link = z
  .object({
    id: z.string(),
    role: RoleName,
    label: z.string().meta({ description: "Its owner's word for it; may be empty" }),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    hasPassword: z.boolean(),
    maxUses: z.int().nullable().meta({
      description: "How many browsers may claim it; null: it is not counted",
    }),
    uses: z.int().meta({
      description: "How many have claimed it or, where none must, how often it was opened",
    }),
    lastUsedAt: Instant.nullable(),
    connections: z.int().meta({ description: "Who is connected by it now" }),
  })
  .meta({ id: "Link" });
export type Link = Readonly<z.infer<typeof Link>>;

/** Answer to `POST /api/documents/:id/links`. */
export const LinkWithToken = z
  .object({ ...Link.shape, ...CreatedLink.shape })
  .meta({ id: "LinkWithToken" });
export type LinkWithToken = Readonly<z.infer<typeof LinkWithToken>>;

/** Answer to `POST /api/documents/:id/claim`. */
export const ClaimedLink = z
  .object({
    token: z.string().meta({ description: "Of this browser alone; it ends with the link" }),
    role: RoleName,
    expiresAt: Instant.nullable(),
  })
  .meta({ id: "ClaimedLink" });
export type ClaimedLink = Readonly<z.infer<typeof ClaimedLink>>;

/** Answer to every call that makes a document. */
export const CreatedDocument = z
  .object({
    id: z.string(),
    title: z.string(),
    createdAt: Instant,
    token: z.string().meta({ description: "The owner's; shown this once" }),
    links: z.array(CreatedLink).readonly(),
  })
  .meta({ id: "CreatedDocument" });
export type CreatedDocument = Readonly<z.infer<typeof CreatedDocument>>;

/** Answer to `GET /api/documents/:id`. */
export const DocumentMetadata = z
  .object({
    id: z.string(),
    title: z.string(),
    role: RoleName.meta({ description: "Of the token that asked" }),
    createdAt: Instant,
    updatedAt: Instant.meta({ description: "When the last edit came in" }),
    epoch: z.int().meta({
      description: "Generation of the stored state: a copy of another must not be merged in",
    }),
    length: z.int().meta({ description: "UTF-16 code units of the text, as Yjs counts" }),
    bytes: z.int().meta({ description: "UTF-8 bytes of the text, as an export sends it" }),
    connections: z.int().meta({ description: "Open WebSockets" }),
  })
  .meta({ id: "DocumentMetadata" });
export type DocumentMetadata = Readonly<z.infer<typeof DocumentMetadata>>;

/** Data of the event `content`: the text is another now, and on disk. */
export const DocumentContentEvent = z
  .object({
    id: z.string(),
    title: z.string(),
    updatedAt: Instant,
    length: z.int().meta({ description: "UTF-16 code units of the text" }),
    bytes: z.int().meta({ description: "UTF-8 bytes of the text" }),
  })
  .meta({ id: "DocumentContentEvent" });
export type DocumentContentEvent = Readonly<z.infer<typeof DocumentContentEvent>>;

/** Data of the event `presence`: who is in the document now. */
export const DocumentPresenceEvent = z
  .object({
    people: z
      .array(
        z.object({
          clientId: z.int(),
          name: z.string(),
          color: z.string().optional(),
          role: z.string().optional().meta({ description: "Of the link they came by" }),
        }),
      )
      .readonly(),
  })
  .meta({ id: "DocumentPresenceEvent" });
export type DocumentPresenceEvent = Readonly<z.infer<typeof DocumentPresenceEvent>>;

/** Answer to `POST /api/documents/:id/attachments`. */
export const Attachment = z
  .object({
    name: z.string(),
    url: z.string().meta({
      description: "Relative and without a token: what the Markdown holds",
    }),
    type: z.string().meta({ description: "What the content was found to be, a media type" }),
    bytes: z.int(),
  })
  .meta({ id: "Attachment" });
export type Attachment = Readonly<z.infer<typeof Attachment>>;

/** What a document is exported as. */
export const ExportFormat = z
  .enum(["txt", "md", "html", "json", "docx", "pdf", "yjs"])
  .meta({ id: "ExportFormat" });
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Answer to `GET /api/documents/:id/export?format=json`. */
export const ExportedJson = z
  .object({
    id: z.string(),
    title: z.string(),
    content: z.string(),
    language: z.string().nullable().meta({
      description: "Of the code that is written; null: Markdown",
    }),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: "ExportedJson" });
export type ExportedJson = Readonly<z.infer<typeof ExportedJson>>;

/** RFC 9457; the last part of `type` is the reason word. */
export const Problem = z
  .object({
    type: z.string().meta({ example: "/problems/revoked" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What to do next" }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .readonly()
      .optional()
      .meta({ description: "What of the input was wrong" }),
  })
  .meta({ id: "Problem" });
export type Problem = Readonly<z.infer<typeof Problem>>;

/** Body of `POST /api/documents`. */
export const NewDocument = z
  .strictObject({
    title: z.string().max(500).optional(),
    content: z.string().optional(),
    language: z.string().max(50).optional(),
  })
  .meta({ id: "NewDocument", examples: [{ content: "# Plan\n\n- [ ] write it down\n" }] });

const LINK_LIMITS = {
  label: z.string().trim().max(100).nullable().optional(),
  expiresAt: z.iso.datetime({ offset: true }).nullable().optional(),
  password: z.string().min(1).max(200).nullable().optional(),
  maxUses: z.int().min(1).max(1_000_000).nullable().optional(),
};

/** Body of `POST /api/documents/:id/links`. */
export const NewLink = z
  .strictObject({ role: z.enum(SHARED_ROLES), ...LINK_LIMITS })
  .meta({ id: "NewLink", examples: [{ role: "view", label: "For the press" }] });

/** Body of `PATCH /api/documents/:id/links/:linkId`; what is not named stays. */
export const LinkChanges = z
  .strictObject({ role: z.enum(SHARED_ROLES).optional(), ...LINK_LIMITS })
  .meta({ id: "LinkChanges", examples: [{ role: "comment", expiresAt: null }] });

/** Body of `POST /api/documents/:id/claim`. */
export const Claim = z
  .strictObject({ password: z.string().max(200).optional() })
  .meta({ id: "Claim", examples: [{ password: "open sesame" }] });

/** Answer to `GET /healthz`. */
export const Health = z.object({ status: z.literal("ok") }).meta({ id: "Health" });
export type Health = Readonly<z.infer<typeof Health>>;

/** Answer to `GET /readyz`, with 503 too. */
export const Readiness = z
  .object({
    status: z.enum(["ok", "degraded", "unavailable"]),
    checks: z.object({
      store: z.enum(STORE_STATES).meta({ description: "Whether edits can be stored" }),
      bus: z.enum(["ok", "away"]).optional().meta({
        description:
          "Whether other nodes are reached through Redis; absent where there is none. While it is away (`degraded`) changes made at other nodes arrive by the store, a second later",
      }),
      draining: z.boolean().meta({ description: "Whether the server is shutting down" }),
    }),
  })
  .meta({ id: "Readiness" });
export type Readiness = Readonly<z.infer<typeof Readiness>>;

/** Body of `PATCH /api/documents/:id`; what is not named stays, and null clears. */
export const DocumentChanges = z
  .strictObject({
    title: z.string().max(500).nullable().optional(),
    language: z.string().max(50).nullable().optional(),
  })
  .meta({ id: "DocumentChanges", examples: [{ title: "Plan for the week" }] });

const FindAndReplace = z
  .strictObject({
    find: z.string().min(1).meta({
      description: "Must stand in the text exactly once; make it longer where it does not",
    }),
    replace: z.string(),
  })
  .meta({ id: "FindAndReplace" });

const RangeEdit = z
  .strictObject({ from: z.int().min(0), to: z.int().min(0), insert: z.string() })
  .refine(({ from, to }) => from <= to, { path: ["to"], message: "Must not be less than from" })
  .meta({ id: "RangeEdit", description: "Positions are UTF-16 code units, as JavaScript counts" });

/** One step of a `ContentEdits`. */
export const TextEdit = z.union([FindAndReplace, RangeEdit]);
export type TextEdit = Readonly<z.infer<typeof TextEdit>>;

/** Body of `PATCH /api/documents/:id/content`. */
export const ContentEdits = z
  .strictObject({
    edits: z.array(TextEdit).min(1).max(200).readonly().meta({
      description: "One after another, each on the text as those before it left it; all or none",
    }),
  })
  .meta({ id: "ContentEdits", examples: [{ edits: [{ find: "draft", replace: "final" }] }] });

/** Answer to `GET /d/:id` for a program: what the document is, and where to go on. */
export const DocumentAddress = z
  .object({
    ...DocumentMetadata.shape,
    links: z
      .record(z.string(), z.object({ method: z.string(), url: z.string() }))
      .meta({ description: "By name: every call that the token may make on the document" }),
  })
  .meta({ id: "DocumentAddress" });
export type DocumentAddress = Readonly<z.infer<typeof DocumentAddress>>;

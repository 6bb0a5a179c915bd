/** The JSON of the operator's calls, under `/api/admin`. The page knows none of it. */
import { z } from "zod";

const Instant = z.iso.datetime().meta({ description: "RFC 3339, UTC" });

/** A document as the operator sees it. */
export const AdminDocument = z
  .object({
    id: z.string(),
    title: z.string().nullable().meta({ description: "null: it could not be read in time" }),
    createdAt: Instant,
    updatedAt: Instant.meta({ description: "When the last edit came in" }),
    bytes: z.int().nullable().meta({
      description: "UTF-8 bytes of the text; null: it could not be read in time",
    }),
    connections: z.int().meta({ description: "Open WebSockets" }),
    deletedAt: Instant.nullable().meta({ description: "When it was put into the trash" }),
    snippet: z.string().optional().meta({
      description: "Some of the text around what was looked for; only when something was",
    }),
  })
  .meta({ id: "AdminDocument" });
export type AdminDocument = Readonly<z.infer<typeof AdminDocument>>;

/** Answer to `GET /api/admin/documents`. */
export const AdminDocuments = z
  .object({
    documents: z.array(AdminDocument).readonly(),
    cursor: z.string().nullable().meta({
      description: "Send it to get what follows; null: there is nothing more",
    }),
  })
  .meta({ id: "AdminDocuments" });
export type AdminDocuments = Readonly<z.infer<typeof AdminDocuments>>;

/** Query of `GET /api/admin/documents`. */
export const AdminDocumentsQuery = z.strictObject({
  query: z.string().trim().max(200).optional().meta({
    description:
      "Words of which each must stand in the title or the text, in whole or as a part; case and accents do not count",
  }),
  cursor: z
    .string()
    .regex(/^\d{0,15}$/)
    .optional()
    .meta({ description: "As the page before gave it" }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(50)
    .meta({ description: "Documents of one page" }),
});

const Flag = z.enum(["true", "false"]).default("false");

/** Query of `DELETE /api/admin/documents/:id`. */
export const AdminDeleteQuery = z.strictObject({
  purge: Flag.meta({ description: "For good, and not into the trash" }),
});

/** Query of `GET /api/admin/export`. */
export const AdminExportQuery = z.strictObject({
  trash: Flag.meta({ description: "Those in the trash too" }),
});

/** Answer to `GET /api/admin/usage`. */
export const Usage = z
  .object({
    documents: z.int().meta({ description: "Without those in the trash" }),
    inTrash: z.int(),
    links: z.int().meta({ description: "Not revoked; each document's owner has one of them" }),
    edits: z.int().meta({ description: "In the logs of all documents" }),
    databaseBytes: z.int(),
    attachments: z.object({ count: z.int(), bytes: z.int() }),
    connections: z.int().meta({ description: "Open WebSockets" }),
    rooms: z.int().meta({ description: "Documents that are open" }),
    memoryBytes: z.int().meta({ description: "Of the process, resident" }),
    uptimeSeconds: z.int(),
    version: z.string(),
  })
  .meta({ id: "Usage" });
export type Usage = Readonly<z.infer<typeof Usage>>;

/** A document in `manifest.json` of an export. */
export interface ArchivedDocument {
  readonly id: string;
  readonly title: string;
  readonly language: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly epoch: number;
  /** How many stored edits are damaged and may be missing from the text. */
  readonly lostEdits: number;
  /** Files of the archive. */
  readonly markdown: string;
  readonly yjs: string;
  readonly attachments: readonly string[];
}

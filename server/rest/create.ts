/** `POST /api/documents`: a new document, its owner token and its first link, which are shown this once. */
import { json, type Request, type RequestHandler } from "express";
import * as Y from "yjs";
import { z } from "zod";
import { CONTENT, META, normalizeText, titleOf } from "#protocol/document.ts";
import type { CreatedDocument } from "#protocol/rest.ts";
import type { Store } from "../../persistence/store.ts";
import { hashToken, newDocumentId, newLinkId, newToken } from "../access/token.ts";
import { AppError } from "../errors.ts";

const BODY = z.strictObject({
  title: z.string().max(500).optional(),
  content: z.string().optional(),
  language: z.string().max(50).optional(),
});

type NewContent = z.infer<typeof BODY>;

/** Author of the content a document is made with. */
const AUTHOR = "creation";

export interface CreateOptions {
  readonly store: Pick<Store, "create">;
  readonly publicUrl: string | undefined;
  /** Bytes of the body; 0: no limit. */
  readonly maxMessageBytes: number;
  /** Bytes of the stored state; 0: no limit. */
  readonly maxDocBytes: number;
  readonly now: () => number;
}

export function createDocument(options: CreateOptions): RequestHandler[] {
  const limit = options.maxMessageBytes || Number.POSITIVE_INFINITY;
  return [
    demandJson,
    json({ limit, strict: false }),
    async (request, response) => {
      const created = await create(options, parse(request.body), baseOf(request, options));
      response.status(201).location(`/api/documents/${created.id}`).json(created);
    },
  ];
}

const demandJson: RequestHandler = (request, _response, next) => {
  const hasBody = request.headers["transfer-encoding"] || Number(request.headers["content-length"]);
  if (!hasBody || request.is("application/json")) return next();
  throw new AppError("type", "Send application/json.");
};

/** No body at all makes an empty document. */
function parse(body: unknown): NewContent {
  const parsed = BODY.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  throw new AppError("invalid", "See errors for what is wrong with the body.", { issues });
}

async function create(
  { store, maxDocBytes, now }: CreateOptions,
  given: NewContent,
  base: string,
): Promise<CreatedDocument> {
  const content = normalizeText(given.content ?? "");
  const update = firstUpdate({ ...given, content });
  if (maxDocBytes > 0 && update && update.length > maxDocBytes) {
    throw new AppError("full", "The content is larger than a document may be.");
  }
  const id = newDocumentId();
  const createdAt = now();
  const owner = newLink("owner", createdAt);
  const edit = newLink("edit", createdAt);
  await store.create({
    id,
    createdAt,
    links: [owner.record, edit.record],
    ...(update && { first: { author: AUTHOR, update } }),
  });
  const link = { id: edit.record.id, role: "edit", token: edit.token } as const;
  return {
    id,
    title: titleOf(given.title, content),
    createdAt: new Date(createdAt).toISOString(),
    token: owner.token,
    links: [{ ...link, url: `${base}/d/${id}#${edit.token}` }],
  };
}

/** Undefined when nothing was given: an empty document has an empty log. */
function firstUpdate({ title, content, language }: NewContent): Uint8Array | undefined {
  if (!content && title === undefined && language === undefined) return undefined;
  const doc = new Y.Doc();
  doc.transact(() => {
    if (content) doc.getText(CONTENT).insert(0, content);
    if (title !== undefined) doc.getMap(META).set("title", title);
    if (language !== undefined) doc.getMap(META).set("language", language);
  });
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
}

function newLink(role: "owner" | "edit", createdAt: number) {
  const token = newToken();
  return { token, record: { id: newLinkId(), role, tokenHash: hashToken(token), createdAt } };
}

function baseOf(request: Request, { publicUrl }: CreateOptions): string {
  if (publicUrl) return publicUrl;
  const asked = `${request.protocol}://${request.host}`;
  if (URL.canParse(asked)) return new URL(asked).origin;
  throw new AppError("invalid", "The Host header names no host.");
}

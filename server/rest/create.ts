/** `POST /api/documents`: a new document, its owner token and its first link, which are shown this once. */
import type { RequestHandler } from "express";
import * as Y from "yjs";
import { z } from "zod";
import { CONTENT, META, normalizeText, titleOf } from "#protocol/document.ts";
import type { CreatedDocument } from "#protocol/rest.ts";
import type { Store } from "../../persistence/store.ts";
import { makeLink } from "../access/link.ts";
import { RateLimit } from "../access/rate-limit.ts";
import { newDocumentId } from "../access/token.ts";
import { addressOf } from "../address.ts";
import { AppError } from "../errors.ts";
import { demandSecret } from "./authorize.ts";
import { baseOf, pageUrl } from "./base-url.ts";
import { jsonBody, parseBody } from "./json-body.ts";

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
  /** Without it nobody creates anything; undefined: anybody does. */
  readonly createToken: string | undefined;
  readonly trustProxy: number;
  /** From one address; 0: no limit. */
  readonly maxCreatesPerMinute: number;
  /** Bytes of the body; 0: no limit. */
  readonly maxMessageBytes: number;
  /** Bytes of the stored state; 0: no limit. */
  readonly maxDocBytes: number;
  readonly now: () => number;
}

export function createDocument(options: CreateOptions): RequestHandler[] {
  return [
    mayCreate(options),
    ...jsonBody(options.maxMessageBytes),
    async (request, response) => {
      const base = baseOf(request, options.publicUrl);
      const created = await create(options, parseBody(BODY, request.body), base);
      response.status(201).location(`/api/documents/${created.id}`).json(created);
    },
  ];
}

/** Before the body is read. */
function mayCreate(options: CreateOptions): RequestHandler {
  const { createToken, trustProxy, maxCreatesPerMinute: points } = options;
  const hint = "Too many documents were created from this address. Wait a minute.";
  const limit = new RateLimit({ points, seconds: 60, hint });
  return async (request, _response, next) => {
    if (createToken) demandSecret(request, createToken, "create token");
    await limit.take(addressOf(request, trustProxy));
    next();
  };
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
  const owner = makeLink("owner", createdAt);
  const edit = makeLink("edit", createdAt);
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
    links: [{ ...link, url: pageUrl(base, id, edit.token) }],
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

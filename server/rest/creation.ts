/** Makes documents with their owner token and first link, for every call that does; and says who may. */
import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler } from "express";
import * as Y from "yjs";
import { CONTENT, META, normalizeText, titleOf } from "#protocol/document.ts";
import type { CreatedDocument } from "#protocol/rest.ts";
import type { Store } from "../../persistence/store.ts";
import { makeLink } from "../access/link.ts";
import { RateLimit } from "../access/rate-limit.ts";
import { newDocumentId } from "../access/token.ts";
import { addressOf } from "../address.ts";
import type { Changes } from "../changes.ts";
import { AppError } from "../errors.ts";
import { bearerOf, demandSecret } from "./authorize.ts";
import { baseOf, pageUrl } from "./base-url.ts";

export interface NewContent {
  readonly title?: string | undefined;
  readonly content?: string | undefined;
  readonly language?: string | undefined;
}

/** Carries the create token where `Authorization` carries the token of a document. */
const BESIDE = "Create-Token";

/** Author of the content a document is made with. */
const AUTHOR = "creation";

export interface CreationOptions {
  readonly store: Pick<Store, "create">;
  readonly changes: Pick<Changes, "saved">;
  readonly publicUrl: string | undefined;
  /** Without it nobody creates anything; undefined: anybody does. */
  readonly createToken: string | undefined;
  readonly trustProxy: number;
  /** From one address; 0: no limit. */
  readonly maxCreatesPerMinute: number;
  /** Bytes of the stored state; 0: no limit. */
  readonly maxDocBytes: number;
  readonly now: () => number;
}

/** One for all calls that make documents: they share the limit. */
export class Creation {
  readonly #options: CreationOptions;
  readonly #limit: RateLimit;

  /** Middleware, before the body is read: the create token, if there is one, and the limit. */
  readonly mayCreate: RequestHandler = async (request, _response, next) => {
    await this.#demand(request, bearerOf(request));
    next();
  };

  constructor(options: CreationOptions) {
    this.#options = options;
    const hint = "Too many documents were created from this address. Wait a minute.";
    this.#limit = new RateLimit({ points: options.maxCreatesPerMinute, seconds: 60, hint });
  }

  /**
   * The same where `Authorization` carries the token of a document.
   * @throws AppError `token` or `role` without the create token, `rate`.
   */
  async demandBeside(request: Pick<Request, "get"> & IncomingMessage): Promise<void> {
    await this.#demand(request, request.get(BESIDE), BESIDE);
  }

  async #demand(
    request: IncomingMessage,
    given: string | undefined,
    header?: string,
  ): Promise<void> {
    const { createToken, trustProxy } = this.#options;
    if (createToken)
      demandSecret(given, createToken, { name: "create token", ...(header && { header }) });
    await this.#limit.take(addressOf(request, trustProxy));
  }

  /** @throws AppError `full`. */
  async create(
    request: Parameters<typeof baseOf>[0],
    given: NewContent,
    id = newDocumentId(),
  ): Promise<CreatedDocument> {
    const { store, changes, maxDocBytes, now, publicUrl } = this.#options;
    const base = baseOf(request, publicUrl);
    const content = normalizeText(given.content ?? "");
    const update = firstUpdate({ ...given, content });
    if (maxDocBytes > 0 && update && update.length > maxDocBytes) {
      throw new AppError("full", "The content is larger than a document may be.");
    }
    const createdAt = now();
    const owner = makeLink("owner", createdAt);
    const edit = makeLink("edit", createdAt);
    await store.create({
      id,
      createdAt,
      links: [owner.record, edit.record],
      ...(update && { first: { author: AUTHOR, update } }),
    });
    if (update) changes.saved({ documentId: id, seq: 1 });
    const link = { id: edit.record.id, role: "edit", token: edit.token } as const;
    return {
      id,
      title: titleOf(given.title, content),
      createdAt: new Date(createdAt).toISOString(),
      token: owner.token,
      links: [{ ...link, url: pageUrl(base, id, edit.token) }],
    };
  }
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

/**
 * Makes documents with their owner token and first link, for every call that does: once for
 * each idempotency key, however often it is asked; and says who may.
 */
import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler } from "express";
import * as Y from "yjs";
import { CONTENT, META, normalizeText, titleOf } from "#protocol/document.ts";
import type { CreatedDocument } from "#protocol/rest.ts";
import type { Store } from "../../persistence/store.ts";
import { knownLink } from "../access/access.ts";
import { makeLink } from "../access/link.ts";
import { derivedKeys, type NewDocumentKeys, randomKeys } from "../access/new-document-keys.ts";
import { RateLimit } from "../access/rate-limit.ts";
import { hashToken } from "../access/token.ts";
import { addressOf } from "../address.ts";
import type { Changes } from "../changes.ts";
import { AppError } from "../errors.ts";
import type { RedisConnection } from "../redis-connection.ts";
import type { Rooms } from "../rooms.ts";
import { bearerOf, demandSecret } from "./authorize.ts";
import { baseOf, pageUrl } from "./base-url.ts";
import { inRoom } from "./in-room.ts";

export interface NewContent {
  readonly title?: string | undefined;
  readonly content?: string | undefined;
  readonly language?: string | undefined;
}

/** What a document is made of. */
export interface Source {
  /** All that the request asks for: with the same idempotency key it must be the same again. */
  readonly asks: string;
  /** @param id That the document will have. */
  content(id: string): Promise<NewContent> | NewContent;
  /** There will be no document of this id after all. */
  discard?(id: string): Promise<void>;
}

/** Longest idempotency key. */
const LONGEST_KEY = 255;

/** Carries the create token where `Authorization` carries the token of a document. */
const BESIDE = "Create-Token";

/** Author of the content a document is made with. */
const AUTHOR = "creation";

export interface CreationOptions {
  readonly store: Pick<Store, "create" | "find" | "findLink" | "links" | "secret">;
  readonly rooms: Pick<Rooms, "open">;
  readonly changes: Pick<Changes, "saved">;
  readonly publicUrl: string | undefined;
  /** Without it nobody creates anything; undefined: anybody does. */
  readonly createToken: string | undefined;
  readonly trustProxy: number;
  /** From one address; 0: no limit. */
  readonly maxCreatesPerMinute: number;
  /** Bytes of the stored state; 0: no limit. */
  readonly maxDocBytes: number;
  /** Where all nodes count together; undefined: there is but this one. */
  readonly redis: RedisConnection | undefined;
  readonly now: () => number;
}

/** One for all calls that make documents: they share the limit. */
export class Creation {
  readonly #options: CreationOptions;
  readonly #limit: RateLimit;
  /** By idempotency key: what is asked for twice at the same time is made by the first. */
  readonly #underWay = new Map<string, Promise<CreatedDocument>>();

  /** Middleware, before the body is read: the create token, if there is one, and the limit. */
  readonly mayCreate: RequestHandler = async (request, _response, next) => {
    await this.#demand(request, bearerOf(request));
    next();
  };

  constructor(options: CreationOptions) {
    this.#options = options;
    const hint = "Too many documents were created from this address. Wait a minute.";
    const { maxCreatesPerMinute: points, redis } = options;
    this.#limit = new RateLimit({ name: "creates", points, seconds: 60, hint, redis });
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

  /** What was given, as a document. @throws as `make`. */
  create(request: Request, given: NewContent): Promise<CreatedDocument> {
    return this.make(request, { asks: JSON.stringify(given), content: () => given });
  }

  /**
   * With an `Idempotency-Key` the same request gets the same document and tokens, whenever it is repeated.
   * @throws AppError `full`; `conflict` for a key that was used for another request.
   */
  async make(request: Request, source: Source): Promise<CreatedDocument> {
    const { store, trustProxy, publicUrl } = this.#options;
    const base = baseOf(request, publicUrl);
    const key = keyOf(request);
    if (key === undefined) return this.#makeNew(base, randomKeys(), source);
    const sender = JSON.stringify([addressOf(request, trustProxy), bearerOf(request) ?? ""]);
    const asks = JSON.stringify([request.path, source.asks]);
    const keys = await derivedKeys(store, { key, sender, asks });
    return this.#afterOthers(keys.id, () => this.#makeOnce(base, keys, source));
  }

  /** One after another for each id. */
  async #afterOthers(id: string, work: () => Promise<CreatedDocument>): Promise<CreatedDocument> {
    const before = this.#underWay.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#underWay.set(id, mine);
    try {
      return await mine;
    } finally {
      if (this.#underWay.get(id) === mine) this.#underWay.delete(id);
    }
  }

  async #makeOnce(base: string, keys: NewDocumentKeys, source: Source): Promise<CreatedDocument> {
    const made = await this.#made(base, keys);
    if (made) return made;
    try {
      return await this.#store(base, keys, await source.content(keys.id));
    } catch (error) {
      // Another node was asked the same and was faster, or what failed was only the answer. What
      // was kept for a document of this id is not discarded: it may be the other node's.
      const madeMeanwhile = (await this.#isMade(keys.id)) && (await this.#made(base, keys));
      if (madeMeanwhile) return madeMeanwhile;
      throw error;
    }
  }

  /** The document that the same request has made before. */
  async #made(base: string, keys: NewDocumentKeys): Promise<CreatedDocument | undefined> {
    const { store, rooms, now } = this.#options;
    const { id, ownerToken, editToken } = keys;
    if (!(await store.find(id))) return undefined;
    const owner = await store.findLink(hashToken(ownerToken));
    if (!owner) {
      throw new AppError(
        "conflict",
        "This Idempotency-Key was used for another request. Use a new one for each.",
      );
    }
    knownLink(id, owner, { now: now() });
    const edit = await store.findLink(hashToken(editToken));
    const { title } = await inRoom(rooms, { documentId: id }, (room) => room.read());
    return described(base, keys, {
      title,
      createdAt: owner.createdAt,
      linkId: edit?.id ?? "",
    });
  }

  async #makeNew(base: string, keys: NewDocumentKeys, source: Source): Promise<CreatedDocument> {
    try {
      return await this.#store(base, keys, await source.content(keys.id));
    } catch (error) {
      if ((await this.#isMade(keys.id)) === false) await source.discard?.(keys.id);
      throw error;
    }
  }

  /** Undefined when that cannot be said. */
  async #isMade(id: string): Promise<boolean | undefined> {
    return this.#options.store.find(id).then(Boolean, () => undefined);
  }

  async #store(base: string, keys: NewDocumentKeys, given: NewContent): Promise<CreatedDocument> {
    const { store, changes, maxDocBytes, now } = this.#options;
    const { id, ownerToken, editToken } = keys;
    const content = normalizeText(given.content ?? "");
    const update = firstUpdate({ ...given, content });
    if (maxDocBytes > 0 && update && update.length > maxDocBytes) {
      throw new AppError("full", "The content is larger than a document may be.");
    }
    const createdAt = now();
    const owner = makeLink("owner", createdAt, {}, ownerToken);
    const edit = makeLink("edit", createdAt, {}, editToken);
    await store.create({
      id,
      createdAt,
      links: [owner.record, edit.record],
      ...(update && { first: { author: AUTHOR, update } }),
    });
    if (update) changes.saved({ documentId: id, seq: 1 });
    const title = titleOf(given.title, content);
    return described(base, keys, { title, createdAt, linkId: edit.record.id });
  }
}

/** As it is answered, this once and to whoever repeats the request. */
function described(
  base: string,
  { id, ownerToken, editToken }: NewDocumentKeys,
  made: { readonly title: string; readonly createdAt: number; readonly linkId: string },
): CreatedDocument {
  const { title, createdAt, linkId } = made;
  const link = { id: linkId, role: "edit", token: editToken } as const;
  return {
    id,
    title,
    createdAt: new Date(createdAt).toISOString(),
    token: ownerToken,
    links: [{ ...link, url: pageUrl(base, id, editToken) }],
  };
}

/** @throws AppError `invalid` for one that is empty or too long. */
function keyOf(request: Request): string | undefined {
  const key = request.get("idempotency-key");
  if (key === undefined || (key.length > 0 && key.length <= LONGEST_KEY)) return key;
  throw new AppError("invalid", `An Idempotency-Key has 1 to ${LONGEST_KEY} characters.`);
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

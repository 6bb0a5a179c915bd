/** The links of a document, for its owner; and the exchange of a link for a token, for whoever has it. */
import { type Request, type RequestHandler, Router } from "express";
import type { z } from "zod";
import {
  Claim,
  type ClaimedLink,
  type Link,
  LinkChanges,
  type LinkWithToken,
  NewLink,
} from "#protocol/rest.ts";
import type { LinkRecord, Store } from "../../persistence/store.ts";
import { type Grant, needsClaim, roleOf } from "../access/access.ts";
import type { Claims } from "../access/claims.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { makeLink } from "../access/link.ts";
import type { LinkUses } from "../access/link-uses.ts";
import { hashPassword } from "../access/password.ts";
import { addressOf } from "../address.ts";
import { AppError } from "../errors.ts";
import { authorize, bearerOf } from "./authorize.ts";
import { baseOf, pageUrl } from "./base-url.ts";
import { jsonBody, parseBody, SMALL_BODY } from "./json-body.ts";

export interface LinksOptions {
  readonly store: Pick<Store, "links" | "addLink" | "changeLink">;
  readonly gatekeeper: Gatekeeper;
  readonly claims: Claims;
  readonly uses: LinkUses;
  readonly publicUrl: string | undefined;
  readonly trustProxy: number;
  readonly now: () => number;
}

/** How many links a document may have: nobody hands out more by hand. */
const MOST_LINKS = 500;

type Limits = Omit<z.infer<typeof LinkChanges>, "role">;
type OfDocument = RequestHandler<{ id: string }>;
type OfLink = RequestHandler<{ id: string; linkId: string }>;

export function linksRouter(options: LinksOptions): Router {
  const router = Router();
  const body = jsonBody(SMALL_BODY);
  router.get("/documents/:id/links", list(options));
  router.post("/documents/:id/links", ...body, create(options));
  router.patch("/documents/:id/links/:linkId", ...body, change(options));
  router.delete("/documents/:id/links/:linkId", revoke(options));
  router.post("/documents/:id/claim", ...body, claim(options));
  return router;
}

function list(options: LinksOptions): OfDocument {
  return async (request, response) => {
    const { documentId } = await mayShare(options, request);
    await options.uses.flush();
    const links = await shared(options, documentId);
    response.json(links.map((link) => described(link, options)));
  };
}

function create(options: LinksOptions): OfDocument {
  return async (request, response) => {
    const { documentId } = await mayShare(options, request);
    const { role, ...given } = parseBody(NewLink, request.body);
    const limits = await stored(given, options.now());
    if ((await shared(options, documentId)).length >= MOST_LINKS) {
      throw new AppError("conflict", `A document has ${MOST_LINKS} links at most. Revoke some.`);
    }
    const { token, record } = makeLink(role, options.now(), limits);
    await options.store.addLink(documentId, record);
    const url = pageUrl(baseOf(request, options.publicUrl), documentId, token);
    const link = described({ ...record, documentId, ...UNUSED }, options);
    response
      .status(201)
      .location(`/api/documents/${documentId}/links/${record.id}`)
      .json({ ...link, token, url } satisfies LinkWithToken);
  };
}

const UNUSED = { uses: 0, claims: 0, lastUsedAt: null, revokedAt: null };

function change(options: LinksOptions): OfLink {
  return async (request, response) => {
    const { documentId } = await mayShare(options, request);
    const { role, ...given } = parseBody(LinkChanges, request.body);
    const limits = await stored(given, options.now());
    const changes = { ...(role && { role }), ...limits };
    const link = await changeShared(options, documentId, request.params.linkId, changes);
    response.json(described(link, options));
  };
}

function revoke(options: LinksOptions): OfLink {
  return async (request, response) => {
    const { documentId } = await mayShare(options, request);
    const changes = { revokedAt: options.now() };
    await changeShared(options, documentId, request.params.linkId, changes);
    response.status(204).end();
  };
}

function claim({ claims, trustProxy }: LinksOptions): OfDocument {
  return async (request, response) => {
    const { password } = parseBody(Claim, request.body);
    const { token, role, expiresAt } = await claims.claim({
      documentId: request.params.id,
      token: bearerOf(request),
      password,
      idempotencyKey: request.get("idempotency-key"),
      address: addressOf(request, trustProxy),
    });
    const claimed: ClaimedLink = { token, role, expiresAt: instant(expiresAt) };
    response.status(201).json(claimed);
  };
}

async function mayShare(
  { gatekeeper }: LinksOptions,
  request: Request<{ id: string }>,
): Promise<Grant> {
  return authorize(gatekeeper, request, "share");
}

/** All but the owner's own: that one is no link to hand out. */
async function shared({ store }: LinksOptions, documentId: string): Promise<LinkRecord[]> {
  return (await store.links(documentId)).filter(({ role }) => role !== "owner");
}

/** Everybody who is connected by it has been told when it resolves. */
async function changeShared(
  options: LinksOptions,
  documentId: string,
  linkId: string,
  changes: Parameters<Store["changeLink"]>[2],
): Promise<LinkRecord> {
  const isShared = (await shared(options, documentId)).some(({ id }) => id === linkId);
  const link = isShared && (await options.store.changeLink(documentId, linkId, changes));
  if (!link) throw new AppError("unknown", "There is no such link.");
  await options.gatekeeper.changed(documentId, linkId);
  return link;
}

/** As it is kept. @throws AppError `invalid` for a time that has passed. */
async function stored({ label, expiresAt, password, maxUses }: Limits, now: number) {
  const at = typeof expiresAt === "string" ? Date.parse(expiresAt) : expiresAt;
  if (typeof at === "number" && at <= now) {
    const issues = [{ path: "expiresAt", message: "This time has passed" }];
    throw new AppError("invalid", "See errors for what is wrong with the body.", { issues });
  }
  return {
    ...(label !== undefined && { label: label ?? "" }),
    ...(at !== undefined && { expiresAt: at }),
    ...(password !== undefined && { password: password && (await hashPassword(password)) }),
    ...(maxUses !== undefined && { maxUses }),
  };
}

function described(link: LinkRecord, { gatekeeper }: LinksOptions): Link {
  const { id, label, maxUses, lastUsedAt, expiresAt, createdAt } = link;
  return {
    id,
    role: roleOf(link),
    label,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: instant(expiresAt),
    hasPassword: link.password !== null,
    maxUses,
    uses: needsClaim(link) ? link.claims : link.uses,
    lastUsedAt: instant(lastUsedAt),
    connections: gatekeeper.holdersOf(id),
  };
}

function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

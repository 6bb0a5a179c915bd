/** Finds the token of a request and asks what it allows. Tokens go into no log and no error. */
import { timingSafeEqual } from "node:crypto";
import type { Request } from "express";
import { type Action, demand, type Grant } from "../access/access.ts";
import type { Admission, Gatekeeper } from "../access/gatekeeper.ts";
import { hashToken } from "../access/token.ts";
import { AppError } from "../errors.ts";

const BEARER = /^Bearer +(\S+) *$/i;

/** @throws AppError `token`, `unknown`, `deleted` or `role` when the request may not do that to its `:id`. */
export async function authorize(
  gatekeeper: Gatekeeper,
  request: Request<{ id: string }>,
  action: Action,
  given: Parameters<Gatekeeper["admit"]>[2] = {},
): Promise<Grant> {
  return (await admit(gatekeeper, request, action, given)).grant;
}

/** The same for who uses the grant for longer than one answer, and has to hear what becomes of it. */
export async function admit(
  gatekeeper: Gatekeeper,
  request: Request<{ id: string }>,
  action: Action,
  given: Parameters<Gatekeeper["admit"]>[2] = {},
): Promise<Admission> {
  const admission = await gatekeeper.admit(request.params.id, tokenOf(request), given);
  demand(admission.grant, action);
  return admission;
}

/** The header; or, so that a link can be opened by curl, `?token=` where nothing is changed. */
function tokenOf(request: Request<{ id: string }>): string | undefined {
  const header = bearerOf(request);
  if (header) return header;
  const { token } = request.query;
  const reads = request.method === "GET" || request.method === "HEAD";
  return reads && typeof token === "string" && token ? token : undefined;
}

/**
 * For what a setting opens. Compared by hash, so that neither length nor prefix shows in the time it takes.
 * @param header Where it is expected.
 * @throws AppError `token` without one, `role` for another.
 */
export function demandSecret(
  given: string | undefined,
  secret: string,
  { name, header = "Authorization: Bearer" }: { readonly name: string; readonly header?: string },
): void {
  if (!given) throw new AppError("token", `Send the ${name} as ${header}.`);
  if (timingSafeEqual(hashToken(given), hashToken(secret))) return;
  throw new AppError("role", `This is not the ${name}.`);
}

/** RFC 6750, section 2.1. */
export function bearerOf(request: Pick<Request, "get">): string | undefined {
  return BEARER.exec(request.get("authorization") ?? "")?.[1];
}

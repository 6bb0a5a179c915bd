/** Finds the token of a request and asks what it allows. Tokens go into no log and no error. */
import type { Request } from "express";
import { type Action, demand, type Grant } from "../access/access.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";

const BEARER = /^Bearer +(\S+) *$/i;

/** @throws AppError `token`, `unknown` or `role` when the request may not do that to its `:id`. */
export async function authorize(
  gatekeeper: Gatekeeper,
  request: Request<{ id: string }>,
  action: Action,
): Promise<Grant> {
  const grant = await gatekeeper.admit(request.params.id, tokenOf(request));
  demand(grant, action);
  return grant;
}

/** The header; or, so that a link can be opened by curl, `?token=` where nothing is changed. */
function tokenOf(request: Request<{ id: string }>): string | undefined {
  const header = bearerOf(request);
  if (header) return header;
  const { token } = request.query;
  const reads = request.method === "GET" || request.method === "HEAD";
  return reads && typeof token === "string" && token ? token : undefined;
}

/** RFC 6750, section 2.1. */
export function bearerOf(request: Pick<Request, "get">): string | undefined {
  return BEARER.exec(request.get("authorization") ?? "")?.[1];
}

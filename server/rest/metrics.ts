/** `GET /metrics`, for whoever holds the admin token. Without that setting the call does not exist. */
import { timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { hashToken } from "../access/token.ts";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import { bearerOf } from "./authorize.ts";

export function metricsCall(metrics: Metrics, adminToken: string): RequestHandler {
  return async (request, response) => {
    demandAdmin(bearerOf(request), adminToken);
    const { type, text } = await metrics.scrape();
    response.set("Cache-Control", "no-store").type(type).send(text);
  };
}

/** Compared by hash, so that neither length nor prefix shows in the time it takes. */
function demandAdmin(given: string | undefined, adminToken: string): void {
  if (!given) throw new AppError("token", "Send the admin token as Authorization: Bearer.");
  if (timingSafeEqual(hashToken(given), hashToken(adminToken))) return;
  throw new AppError("role", "This is not the admin token.");
}

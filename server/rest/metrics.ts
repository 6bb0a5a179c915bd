/** `GET /metrics`, for whoever holds the admin token. Without that setting the call does not exist. */
import type { RequestHandler } from "express";
import type { Metrics } from "../metrics.ts";
import { bearerOf, demandSecret } from "./authorize.ts";

export function metricsCall(metrics: Metrics, adminToken: string): RequestHandler {
  return async (request, response) => {
    demandSecret(bearerOf(request), adminToken, { name: "admin token" });
    const { type, text } = await metrics.scrape();
    response.set("Cache-Control", "no-store").type(type).send(text);
  };
}

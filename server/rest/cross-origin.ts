/** Which other sites' pages may call the API: those of `ALLOWED_ORIGINS`, and no other. */
import cors from "cors";
import type { RequestHandler } from "express";

/** Beyond what every page may read of an answer. */
const EXPOSED = ["Content-Disposition", "ETag", "Location", "Retry-After"];

const PREFLIGHT_SECONDS = 600;

/** Tokens travel in a header and never in a cookie, so a page of another site has none to misuse. */
export function crossOrigin(allowedOrigins: readonly string[]): RequestHandler {
  return cors({
    origin: [...allowedOrigins],
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_SECONDS,
  });
}

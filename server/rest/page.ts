/**
 * The page: its static files, compressed when it was built, and the one HTML for
 * all of its addresses. The security headers it lives under are in `server.ts`.
 */
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { type RequestHandler, Router } from "express";
import sirv from "sirv";

const YEAR_SECONDS = 31_536_000;

/** Addresses that the page routes by itself. */
const PAGE_PATHS = ["/", "/new", "/d/:id"];

/**
 * The folder of the newest build, which `current` names.
 * @throws when nothing was built yet.
 */
export function builtPage(distDir: string): string {
  return join(distDir, readFileSync(join(distDir, "current"), "utf8").trim());
}

export function pageRouter(pageDir: string): Router {
  const router = Router();
  const files = sirv(pageDir, { brotli: true, gzip: true, etag: true, setHeaders });
  router.get(PAGE_PATHS, (request, _response, next) => {
    request.url = "/index.html";
    next();
  });
  router.use((request, response, next) => files(request, response, next));
  router.use(pageNotFound(readFileSync(join(pageDir, "index.html"))));
  return router;
}

/** A person gets the page, which says that there is nothing; a program gets the problem. */
function pageNotFound(html: Buffer): RequestHandler {
  return (request, response, next) => {
    if (request.method !== "GET" || request.accepts(["json", "html"]) !== "html") return next();
    response.status(404).set("Cache-Control", "no-cache").type("html").send(html);
  };
}

/** Files under `assets` have their hash in the name; the others are asked for again each time. */
function setHeaders(response: ServerResponse, path: string) {
  const isHashed = path.startsWith("/assets/");
  response.setHeader(
    "Cache-Control",
    isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache",
  );
  // At the same address a program gets something else. Not where the service worker asks for the
  // page: what it keeps would answer no browser that accepts anything else than it does.
  const { originalUrl = "" } = response.req as { readonly originalUrl?: string };
  if (originalUrl.startsWith("/d/")) response.setHeader("Vary", "Accept, Accept-Encoding");
}

/**
 * `GET /api/openapi.json` and the page that shows it, `GET /api/docs`, with files that all come
 * from here: nothing that it shows or loads is asked of another host.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type RequestHandler, Router } from "express";
import sirv from "sirv";
import { sendContent } from "./respond.ts";

/** What the page needs of the package, and what stands in `docs` beside this file. */
const PACKAGE_FILES = ["/swagger-ui.css", "/swagger-ui-bundle.js"];
const OWN_FILES = ["/initializer.js"];

/** Narrower than the page's: it shows no images but its own and those that a call answers. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

type Handler = RequestHandler<Record<string, string>>;

export function descriptionRouter(): Router {
  const router = Router();
  router.get("/openapi.json", sendDescription());
  router.get("/docs", sendPage(new URL("docs/index.html", import.meta.url)));
  const manifest = fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json"));
  router.use("/docs", onlyFiles(dirname(manifest), PACKAGE_FILES));
  router.use("/docs", onlyFiles(fileURLToPath(new URL("docs", import.meta.url)), OWN_FILES));
  return router;
}

function sendDescription(): Handler {
  return async (request, response) => {
    const body = await description();
    await sendContent(request, response, { type: "application/json; charset=utf-8", body });
  };
}

let made: Promise<string> | undefined;

/** Made at the first question: what makes it is loaded for nobody who does not ask. */
function description(): Promise<string> {
  made ??= import("./openapi.ts").then(({ describeApi }) => JSON.stringify(describeApi()));
  return made;
}

/** Its addresses are relative, so that it works wherever a proxy has put it. */
function sendPage(file: URL): Handler {
  const body = readFileSync(file, "utf8");
  return async (request, response) => {
    // From there they would lead elsewhere.
    if (request.path.endsWith("/")) return response.redirect(308, "../docs");
    response.set("Content-Security-Policy", POLICY);
    await sendContent(request, response, { type: "text/html; charset=utf-8", body });
  };
}

function onlyFiles(folder: string, names: readonly string[]): RequestHandler {
  const files = sirv(folder, { etag: true });
  return (request, response, next) => {
    if (names.includes(request.path)) files(request, response, next);
    else next();
  };
}

/** What answers over HTTP, in order: health, metrics, the API, the page. Knows no socket. */
import express, { type Express, type RequestHandler } from "express";
import type { Logger } from "pino";
import type { Administration } from "./administration.ts";
import type { Bus } from "./bus.ts";
import type { Config } from "./config.ts";
import { AppError } from "./errors.ts";
import type { Metrics } from "./metrics.ts";
import { adminRouter } from "./rest/admin.ts";
import { type AttachmentsOptions, attachmentsRouter } from "./rest/attachments.ts";
import { crossOrigin } from "./rest/cross-origin.ts";
import { descriptionRouter } from "./rest/description.ts";
import { documentAddressRouter } from "./rest/document-address.ts";
import { documentsRouter, type DocumentsOptions } from "./rest/documents.ts";
import { type EventsOptions, eventsRouter } from "./rest/events.ts";
import { linksRouter, type LinksOptions } from "./rest/links.ts";
import { healthRouter } from "./rest/health.ts";
import { metricsCall } from "./rest/metrics.ts";
import { pageRouter } from "./rest/page.ts";
import { noSuchCall, problemHandler } from "./rest/problems.ts";
import { securityHeaders } from "./rest/security-headers.ts";
import { webhooksRouter, type WebhooksRouterOptions } from "./rest/webhooks.ts";
import type { StoreHealth } from "./store-health.ts";

export interface ApplicationOptions {
  readonly config: Config;
  readonly documents: DocumentsOptions &
    LinksOptions &
    AttachmentsOptions &
    EventsOptions &
    WebhooksRouterOptions;
  /** Undefined: there are no such calls. */
  readonly administration: Administration | undefined;
  readonly health: StoreHealth;
  /** To other nodes; undefined: there is but this one. */
  readonly bus: Pick<Bus, "state"> | undefined;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The built page; undefined: none is served. */
  readonly pageDir?: string | undefined;
  /** The server is shutting down. */
  readonly isDraining: () => boolean;
}

export function application(options: ApplicationOptions): Express {
  const { config, documents, administration, metrics, logger, pageDir, isDraining } = options;
  const app = express();
  app.disable("x-powered-by").disable("etag").set("trust proxy", config.trustProxy);
  app.use(securityHeaders(config.publicUrl));
  app.use(healthRouter(options));
  if (config.adminToken) app.get("/metrics", metricsCall(metrics, config.adminToken));
  const guard: RequestHandler = (_request, response, next) => {
    response.set("Cache-Control", "private, no-cache");
    if (!isDraining()) return next();
    throw new AppError("restart", "Try again in a moment.");
  };
  app.use("/api", crossOrigin(config.allowedOrigins), guard);
  if (administration) app.use("/api", adminRouter(administration.calls));
  app.use("/api", descriptionRouter(), documentsRouter(documents), linksRouter(documents));
  app.use("/api", attachmentsRouter(documents), eventsRouter(documents));
  app.use("/api", webhooksRouter(documents), noSuchCall);
  app.use(documentAddressRouter(documents, guard));
  if (pageDir) app.use(pageRouter(pageDir));
  app.use(noSuchCall);
  app.use(problemHandler(logger));
  return app;
}

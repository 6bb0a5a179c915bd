/** The webhooks of a document, for its owner: whom to tell of its changes, and how that went. */
import { type Request, type RequestHandler, Router } from "express";
import {
  type CreatedWebhook,
  type DeliveryError,
  NewWebhook,
  type Webhook,
  type WebhookDelivery,
  type WebhookEvent,
} from "#protocol/rest-webhooks.ts";
import type {
  Attempt,
  DeliveryRecord,
  WebhookRecord,
  WebhookStore,
} from "../../persistence/webhooks.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { AppError } from "../errors.ts";
import { hostOf, RefusedAddress } from "../webhooks/address-guard.ts";
import { isDelivered } from "../webhooks/retries.ts";
import { makeWebhook } from "../webhooks/webhook.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import { authorize } from "./authorize.ts";
import { baseOf } from "./base-url.ts";
import { jsonBody, parseBody, SMALL_BODY } from "./json-body.ts";

export interface WebhooksRouterOptions {
  readonly store: Pick<WebhookStore, "addWebhook" | "webhooks" | "removeWebhook" | "deliveries">;
  readonly gatekeeper: Gatekeeper;
  readonly webhooks: Pick<Webhooks, "guard" | "expect">;
  readonly publicUrl: string | undefined;
  readonly now: () => number;
}

/** How many a document may have: each is sent to at every change. */
const MOST_WEBHOOKS = 20;

/** How long deliveries can be read of, in milliseconds. */
const SHOWN_MS = 30 * 24 * 60 * 60 * 1000;

type OfDocument = RequestHandler<{ id: string }>;
type OfWebhook = RequestHandler<{ id: string; hookId: string }>;

export function webhooksRouter(options: WebhooksRouterOptions): Router {
  const router = Router();
  router.get("/documents/:id/webhooks", list(options));
  router.post("/documents/:id/webhooks", ...jsonBody(SMALL_BODY), create(options));
  router.get("/documents/:id/webhooks/:hookId", get(options));
  router.delete("/documents/:id/webhooks/:hookId", remove(options));
  router.get("/documents/:id/webhooks/:hookId/deliveries", deliveries(options));
  return router;
}

function list(options: WebhooksRouterOptions): OfDocument {
  return async (request, response) => {
    const { documentId } = await mayNotify(options, request);
    response.json((await options.store.webhooks(documentId)).map(described));
  };
}

function create(options: WebhooksRouterOptions): OfDocument {
  return async (request, response) => {
    const { documentId } = await mayNotify(options, request);
    const { url, events } = parseBody(NewWebhook, request.body);
    demandPublic(options, url);
    const origin = baseOf(request, options.publicUrl);
    const given = { url, events: [...new Set(events)], origin, createdAt: options.now() };
    const webhook = makeWebhook(given);
    options.webhooks.expect(documentId);
    if (!(await options.store.addWebhook(documentId, webhook, MOST_WEBHOOKS))) {
      const hint = `A document has ${MOST_WEBHOOKS} webhooks at most. Delete one first.`;
      throw new AppError("conflict", hint);
    }
    const { secret } = webhook;
    response
      .status(201)
      .location(`/api/documents/${documentId}/webhooks/${webhook.id}`)
      .json({ ...described({ ...webhook, disabledAt: null }), secret } satisfies CreatedWebhook);
  };
}

function get(options: WebhooksRouterOptions): OfWebhook {
  return async (request, response) => {
    response.json(described(await webhookOf(options, request)));
  };
}

function remove(options: WebhooksRouterOptions): OfWebhook {
  return async (request, response) => {
    const { documentId } = await mayNotify(options, request);
    const isRemoved = await options.store.removeWebhook(documentId, request.params.hookId);
    if (!isRemoved) throw noWebhook();
    response.status(204).end();
  };
}

function deliveries(options: WebhooksRouterOptions): OfWebhook {
  return async (request, response) => {
    const { id } = await webhookOf(options, request);
    const records = await options.store.deliveries(id, options.now() - SHOWN_MS);
    response.json(records.map(delivered));
  };
}

function mayNotify({ gatekeeper }: WebhooksRouterOptions, request: Request<{ id: string }>) {
  return authorize(gatekeeper, request, "notify");
}

async function webhookOf(
  options: WebhooksRouterOptions,
  request: Request<{ id: string; hookId: string }>,
): Promise<WebhookRecord> {
  const { documentId } = await mayNotify(options, request);
  const webhooks = await options.store.webhooks(documentId);
  const webhook = webhooks.find(({ id }) => id === request.params.hookId);
  if (!webhook) throw noWebhook();
  return webhook;
}

function noWebhook(): AppError {
  return new AppError("unknown", "There is no such webhook.");
}

/** A name is looked at when it is called: it may lead elsewhere by then. @throws AppError `invalid` */
function demandPublic({ webhooks }: WebhooksRouterOptions, url: string): void {
  try {
    webhooks.guard.demand(hostOf(new URL(url)));
  } catch (cause) {
    if (!(cause instanceof RefusedAddress)) throw cause;
    const message = "This address is not public; whoever runs the server can let it through";
    const issues = [{ path: "url", message }];
    throw new AppError("invalid", "See errors for what is wrong with the body.", { issues });
  }
}

type Described = Pick<WebhookRecord, "id" | "url" | "events" | "createdAt" | "disabledAt">;

function described({ id, url, events, createdAt, disabledAt }: Described): Webhook {
  return {
    id,
    url,
    events: events as readonly WebhookEvent[],
    createdAt: new Date(createdAt).toISOString(),
    disabledAt: instant(disabledAt),
  };
}

function delivered({ id, event, at, attempts, nextAt }: DeliveryRecord): WebhookDelivery {
  return {
    id,
    event: event as WebhookEvent,
    createdAt: new Date(at).toISOString(),
    state: stateOf(attempts, nextAt),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      at: new Date(attempt.at).toISOString(),
      error: attempt.error as DeliveryError | null,
    })),
    nextAttemptAt: instant(nextAt),
  };
}

function stateOf(attempts: readonly Attempt[], nextAt: number | null): WebhookDelivery["state"] {
  if (nextAt !== null) return "waiting";
  return attempts.some(isDelivered) ? "delivered" : "failed";
}

function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** The JSON of webhooks: what their owner sends and is answered, and what their receivers are sent. */
import { z } from "zod";
import { Instant } from "./rest.ts";

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = [
  "document.changed",
  "document.deleted",
  "document.restored",
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

const EventName = z.enum(WEBHOOK_EVENTS).meta({ id: "WebhookEvent" });

/** Why there was no answer: one word. */
export const DELIVERY_ERRORS = [
  "address",
  "name",
  "unreachable",
  "tls",
  "broken",
  "timeout",
] as const;

export type DeliveryError = (typeof DELIVERY_ERRORS)[number];

/** `http://` or `https://` up to the next slash, with a user name in it. The address is normalised. */
const WITH_CREDENTIALS = /^https?:\/\/[^/]*@/;

/** Body of `POST /api/documents/:id/webhooks`. */
export const NewWebhook = z
  .strictObject({
    url: z
      .url({
        protocol: /^https?$/,
        normalize: true,
        error: "An http or https address is expected",
      })
      .max(2048)
      .refine((url) => !WITH_CREDENTIALS.test(url), "Leave out user name and password")
      .meta({ description: "Where events are POSTed to; redirects are not followed" }),
    events: z.array(EventName).min(1).max(WEBHOOK_EVENTS.length),
  })
  .meta({ id: "NewWebhook" });

/** A webhook as its owner sees it; its secret was shown once. */
export const Webhook = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(EventName).readonly(),
    createdAt: Instant,
    disabledAt: Instant.nullable().meta({
      description: "When its receiver answered 410 and was told nothing any more",
    }),
  })
  .meta({ id: "Webhook" });
export type Webhook = Readonly<z.infer<typeof Webhook>>;

/** Answer to `POST /api/documents/:id/webhooks`. */
export const CreatedWebhook = Webhook.extend({
  secret: z.string().meta({
    description: "Signs what is sent, by Standard Webhooks; shown this once",
    example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  }),
}).meta({ id: "CreatedWebhook" });
export type CreatedWebhook = Readonly<z.infer<typeof CreatedWebhook>>;

/** One try to deliver. */
const DeliveryAttempt = z
  .object({
    at: Instant,
    status: z.int().nullable().meta({ description: "HTTP status; null: no answer came" }),
    error: z.enum(DELIVERY_ERRORS).nullable().meta({
      description: "Why none came; `address`: the name leads to an address that is not let through",
    }),
    milliseconds: z.int(),
    answer: z.string().meta({ description: "How the answer begins" }),
  })
  .meta({ id: "DeliveryAttempt" });

/** An event on its way to a receiver, or there. */
export const WebhookDelivery = z
  .object({
    id: z.string().meta({ description: "The header webhook-id, the same at each attempt" }),
    event: EventName,
    createdAt: Instant,
    state: z.enum(["waiting", "delivered", "failed"]).meta({ description: "failed: given up" }),
    attempts: z.array(DeliveryAttempt).readonly(),
    nextAttemptAt: Instant.nullable(),
  })
  .meta({ id: "WebhookDelivery" });
export type WebhookDelivery = Readonly<z.infer<typeof WebhookDelivery>>;

/** What a receiver is sent: no text but the title, and no token. */
export const WebhookPayload = z
  .strictObject({
    type: EventName,
    timestamp: Instant,
    data: z.strictObject({
      id: z.string(),
      title: z.string(),
      updatedAt: Instant,
      url: z.url().meta({ description: "Of the page, without a token" }),
    }),
  })
  .meta({ id: "WebhookPayload" });
export type WebhookPayload = Readonly<z.infer<typeof WebhookPayload>>;

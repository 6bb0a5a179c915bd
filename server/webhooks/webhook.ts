/** Makes webhooks and deliveries, and says what of its document a webhook has yet to be told. Pure. */
import { randomBytes } from "node:crypto";
import type { WebhookEvent } from "#protocol/rest-webhooks.ts";
import type { NewWebhook, WebhookRecord } from "../../persistence/webhooks.ts";

const WEBHOOK_ID_BYTES = 9;
const DELIVERY_ID_BYTES = 16;

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/** A webhook with a fresh secret. */
export function makeWebhook(given: Omit<NewWebhook, "id" | "secret">): NewWebhook {
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
  return { ...given, id: randomBytes(WEBHOOK_ID_BYTES).toString("base64url"), secret };
}

/** What a receiver knows a delivery by, however often it comes. */
export function newDeliveryId(): string {
  return `msg_${randomBytes(DELIVERY_ID_BYTES).toString("base64url")}`;
}

/** In the order in which they happened, whether it asked for them or not. */
export function newsFor(webhook: WebhookRecord): readonly WebhookEvent[] {
  const { seq, toldSeq, deletedAt, toldDeletedAt, disabledAt } = webhook;
  if (disabledAt !== null) return [];
  if (deletedAt !== null) return deletedAt === toldDeletedAt ? [] : ["document.deleted"];
  return [
    ...(toldDeletedAt === null ? [] : (["document.restored"] as const)),
    ...(seq > toldSeq ? (["document.changed"] as const) : []),
  ];
}

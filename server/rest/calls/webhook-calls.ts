/** The calls of webhooks, described. */
import { z } from "zod";
import { CreatedWebhook, NewWebhook, Webhook, WebhookDelivery } from "#protocol/rest-webhooks.ts";
import type { Call } from "../call.ts";

const WEBHOOKS = "/api/documents/{id}/webhooks";

const SIGNED = `What is sent holds the id, title and address of the document and the time of its
last edit; no text and no token. It is signed by [Standard Webhooks](https://www.standardwebhooks.com).
Changes are told once writing has paused for two seconds, or every thirty. Whatever is not answered
with 2xx within ten seconds is tried again under the same \`webhook-id\`, less and less often for a
day; 410 ends the webhook.`;

export const webhookCalls: readonly Call[] = [
  {
    method: "get",
    path: WEBHOOKS,
    summary: "List the webhooks of a document",
    needs: "owner",
    answers: {
      200: {
        description: "Its webhooks, without their secrets",
        content: { "application/json": z.array(Webhook) },
      },
    },
  },
  {
    method: "post",
    path: WEBHOOKS,
    summary: "Make a webhook",
    description: SIGNED,
    needs: "owner",
    body: { "application/json": NewWebhook },
    answers: {
      201: {
        description: "The webhook, with the secret that is shown this once",
        content: { "application/json": CreatedWebhook },
        headers: { Location: "Where the webhook is" },
      },
    },
    problems: ["conflict"],
  },
  {
    method: "get",
    path: `${WEBHOOKS}/{hookId}`,
    summary: "Look at a webhook",
    needs: "owner",
    answers: {
      200: { description: "The webhook", content: { "application/json": Webhook } },
    },
  },
  {
    method: "delete",
    path: `${WEBHOOKS}/{hookId}`,
    summary: "Delete a webhook and its deliveries",
    needs: "owner",
    answers: { 204: { description: "It is told nothing any more" } },
  },
  {
    method: "get",
    path: `${WEBHOOKS}/{hookId}/deliveries`,
    summary: "List what a webhook was told",
    needs: "owner",
    answers: {
      200: {
        description: "The newest hundred of the last 30 days, newest first",
        content: { "application/json": z.array(WebhookDelivery) },
      },
    },
  },
];

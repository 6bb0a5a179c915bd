/** A document with webhooks on a real server, and somebody who writes in it. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { CreatedWebhook, Webhook, WebhookDelivery } from "#protocol/rest-webhooks.ts";
import type { WebhookTimes } from "../../server/webhooks/webhooks.ts";
import { rawClient, typing } from "./raw-client.ts";
import { answered, call } from "./rest.ts";
import {
  createDocument,
  startServer,
  type TestDocument,
  type TestServer,
  type TestServerOptions,
} from "./server.ts";
import { until } from "./until.ts";

/** The receivers of tests are on this machine. */
export const ALLOW = { WEBHOOK_ALLOW: "127.0.0.1" };

/** Nobody wants to wait for two seconds. */
export const SOON: WebhookTimes = { quietMs: 20, longestMs: 1000, retryMs: [20, 40] };

export const ALL_EVENTS = ["document.changed", "document.deleted", "document.restored"];

type At = Pick<TestServer, "url" | "wsUrl">;

/** @param options Beside those, webhooks may call this machine and are in a hurry. */
export function hurriedServer(t: TestContext, options: TestServerOptions = {}) {
  const env = { ...ALLOW, ...options.env };
  return startServer(t, { ...options, env, webhooks: { ...SOON, ...options.webhooks } });
}

export function hook(
  server: Pick<TestServer, "url">,
  { id, ownerToken: token }: TestDocument,
  url: string,
  events: readonly string[] = ALL_EVENTS,
): Promise<CreatedWebhook> {
  const made = call(server, `/${id}/webhooks`, { method: "POST", token, body: { url, events } });
  return answered(made, 201);
}

/** All of what a webhook was told, newest first. */
export function deliveriesOf(
  server: Pick<TestServer, "url">,
  { id, ownerToken: token }: TestDocument,
  webhook: Pick<Webhook, "id">,
): Promise<readonly WebhookDelivery[]> {
  return answered(call(server, `/${id}/webhooks/${webhook.id}/deliveries`, { token }));
}

/** The newest delivery, once it says what is asked of it. */
export function delivery(
  server: Pick<TestServer, "url">,
  document: TestDocument,
  webhook: Pick<Webhook, "id">,
  isIt: (delivery: WebhookDelivery) => boolean,
): Promise<WebhookDelivery> {
  return until(
    async () => {
      const [newest] = await deliveriesOf(server, document, webhook);
      return newest && isIt(newest) ? newest : undefined;
    },
    { what: `a delivery that says ${isIt.toString()}` },
  );
}

/** Types a text and goes, once all of it is on the disk. */
export async function write(
  t: TestContext,
  server: At,
  { id, editToken }: TestDocument,
  text: string,
): Promise<void> {
  const client = await rawClient(t, server, id, `token=${editToken}&ack=1`);
  const updates = typing(text);
  for (const update of updates) client.send({ type: "update", update });
  await until(async () => (await client.next("acknowledgement")).count === updates.length);
  client.socket.terminate();
}

export async function remove(
  server: Pick<TestServer, "url">,
  { id, ownerToken: token }: TestDocument,
): Promise<void> {
  const { status } = await call(server, `/${id}`, { method: "DELETE", token });
  assert.equal(status, 204);
}

export async function restore(
  server: Pick<TestServer, "url">,
  { id, ownerToken: token }: TestDocument,
): Promise<void> {
  await answered(call(server, `/${id}/restore`, { method: "POST", token }));
}

/** A server, a document and its webhook. */
export async function hooked(t: TestContext, url: string, options: TestServerOptions = {}) {
  const server = await hurriedServer(t, options);
  const document = await createDocument(server, { title: "Title" });
  return { server, document, webhook: await hook(server, document, url) };
}

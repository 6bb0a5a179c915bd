/** Somebody who is told by webhooks: a real HTTP server on a free port. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { WebhookPayload } from "#protocol/rest-webhooks.ts";
import type { Scope } from "./scope.ts";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** @param count How many requests had come, this one included. */
export type Respond = (response: ServerResponse, count: number) => void;

export interface Receiver {
  readonly port: number;
  readonly url: string;
  readonly received: Received[];
  /** Requests that wait for their answer, and how many did at most. */
  readonly waiting: { now: number; most: number };
  /** TCP connections, whatever came over them. */
  connections: number;
  /** At first 204. */
  respond: Respond;
}

export async function receiver(t: Scope, respond?: Respond, host = "127.0.0.1"): Promise<Receiver> {
  const server = createServer((request, response) => {
    const { waiting, received } = self;
    waiting.most = Math.max(waiting.most, (waiting.now += 1));
    response.on("close", () => (waiting.now -= 1));
    const { url: path = "", headers } = request;
    void text(request).then((body) =>
      self.respond(response, received.push({ path, headers, body })),
    );
  });
  server.on("connection", () => (self.connections += 1));
  server.listen(0, host);
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const self: Receiver = {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    waiting: { now: 0, most: 0 },
    connections: 0,
    respond: respond ?? status(204),
  };
  return self;
}

/** Answers that, at once. */
export function status(code: number, headers: Record<string, string> = {}, body = ""): Respond {
  return (response) => void response.writeHead(code, headers).end(body);
}

/** What was said, as a receiver would verify it, and that it is what the API describes. */
export function verified({ body, headers }: Received, secret: string): WebhookPayload {
  const signed = headers as Record<string, string>;
  const payload = WebhookPayload.parse(new Webhook(secret).verify(body, signed));
  assert.equal(headers["content-type"], "application/json");
  return payload;
}

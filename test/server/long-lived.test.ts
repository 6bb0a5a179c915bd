/** A request that lasts: it ends also when there was nobody left from the start. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { Request, Response } from "express";
import type { Admission } from "../../server/access/gatekeeper.ts";
import { type Ending, live, place } from "../../server/rest/long-lived.ts";
import { SocketLimits } from "../../server/socket-limits.ts";
import { PassThrough } from "node:stream";

test("[T164] a client that left before its stream could begin holds nothing", async () => {
  const limits = new SocketLimits({ maxSocketsPerAddress: 1, maxSocketsPerDoc: 1 });
  let letGo = 0;
  const gatekeeper = { hold: () => () => void (letGo += 1) };
  const { signal: draining } = new AbortController();
  const options = { gatekeeper, limits, trustProxy: 0, draining } as unknown as Parameters<
    typeof live
  >[0];
  const response = new PassThrough();
  const closed = once(response, "close");
  response.destroy();
  await closed;
  const request = { headers: {}, socket: { remoteAddress: "192.0.2.1" } } as unknown as Request;
  const admission = { grant: { documentId: "d" } } as unknown as Admission;
  const opening = { request, response: response as unknown as Response, admission };
  const asked = { ...opening, leave: await place(options, opening) };
  const ending = await new Promise<Ending>((resolve) => live(options, asked, resolve));
  assert.equal(ending, "left");
  assert.equal(letGo, 1);
  assert.ok(limits.enter("192.0.2.1", "d"), "its place is free");
});

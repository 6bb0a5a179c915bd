/** Sends content with a strong ETag of exactly what is sent (RFC 9110, section 8.8.3). */
import { createHash } from "node:crypto";
import type { Request, Response } from "express";

export interface Content {
  /** With its charset. */
  readonly type: string;
  readonly body: string;
  /** `Content-Disposition`, which is part of what the tag stands for. */
  readonly disposition?: string;
}

/** 200 with the content, or 304 when the client has it already. */
export function sendContent(request: Request, response: Response, content: Content): void {
  const { type, body, disposition = "" } = content;
  const hash = createHash("sha256").update(`${type}\n${disposition}\n`).update(body);
  const tag = `"${hash.digest("base64url").slice(0, 27)}"`;
  response.set("ETag", tag);
  if (disposition) response.set("Content-Disposition", disposition);
  if (isHeld(tag, request.get("if-none-match"))) response.status(304).end();
  else response.type(type).send(body);
}

/**
 * RFC 9110, section 13.1.2. Express's own check gives up on `Cache-Control: no-cache`,
 * which `fetch` adds to every request that has this header.
 */
export function isHeld(tag: string, held: string | undefined): boolean {
  const tags = held?.split(",").map((one) => one.trim().replace(/^W\//, "")) ?? [];
  return tags.includes(tag) || tags.includes("*");
}

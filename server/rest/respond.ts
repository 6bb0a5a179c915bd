/** Sends content with a strong ETag of exactly what is sent (RFC 9110, section 8.8.3). */
import { createHash } from "node:crypto";
import type { Request, Response } from "express";

export interface Content {
  /** With its charset. */
  readonly type: string;
  /** A function where making it takes time: it is asked only by who has not got it yet. */
  readonly body: string | Uint8Array | ((leaving: AbortSignal) => Promise<string | Uint8Array>);
  /** What the tag stands for in place of such a body: all that it is made of. */
  readonly source?: string;
  /** `Content-Disposition`, which is part of what the tag stands for. */
  readonly disposition?: string;
}

/** 200 with the content, or 304 when the client has it already. */
export async function sendContent(
  request: Request<Record<string, string>>,
  response: Response,
  content: Content,
): Promise<void> {
  const { type, body, disposition } = content;
  const tag = tagOf(content);
  const isKnown = isHeld(tag, request.get("if-none-match"));
  // Before any header is set: it may fail.
  const made = isKnown || typeof body !== "function" ? body : await body(leavingOf(response));
  response.set("ETag", tag);
  if (disposition) response.set("Content-Disposition", disposition);
  if (isKnown) response.status(304).end();
  else response.type(type).send(typeof made === "string" ? made : Buffer.from(made as Uint8Array));
}

/** Strong: it stands for exactly what would be sent. */
export function tagOf({ type, body, source = "", disposition = "" }: Content): string {
  const hash = createHash("sha256").update(`${type}\n${disposition}\n`);
  hash.update(typeof body === "function" ? source : body);
  return `"${hash.digest("base64url").slice(0, 27)}"`;
}

/** RFC 9110, section 13.1.1: a weak tag never matches. Without the header anything does. */
export function isMatched(tags: readonly string[], wanted: string | undefined): boolean {
  if (wanted === undefined || wanted.trim() === "*") return true;
  return wanted.split(",").some((one) => tags.includes(one.trim()));
}

/** Aborted once the answer is out, or whoever waits for it has gone. */
export function leavingOf(response: Response): AbortSignal {
  const leaving = new AbortController();
  if (response.closed) leaving.abort();
  else response.once("close", () => leaving.abort());
  return leaving.signal;
}

/**
 * RFC 9110, section 13.1.2. Express's own check gives up on `Cache-Control: no-cache`,
 * which `fetch` adds to every request that has this header.
 */
export function isHeld(tag: string, held: string | undefined): boolean {
  const tags = held?.split(",").map((one) => one.trim().replace(/^W\//, "")) ?? [];
  return tags.includes(tag) || tags.includes("*");
}

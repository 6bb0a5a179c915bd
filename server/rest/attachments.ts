/** The calls on a document's attachments: an image comes in, and goes out to whoever may read. */
import { pipeline } from "node:stream/promises";
import { type RequestHandler, type Response, Router } from "express";
import type { Attachment } from "#protocol/rest.ts";
import {
  type IncomingAttachment,
  LEAST_BYTES,
  MOST_ATTACHMENTS,
  type StoredAttachment,
} from "../../persistence/attachments.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { extensionOf, mediaType } from "../attachment-type.ts";
import { attachmentPath } from "../copied-attachments.ts";
import { AppError } from "../errors.ts";
import { authorize } from "./authorize.ts";
import { inMiB, type MultipartOptions, receiveFile } from "./multipart.ts";
import { placesFor } from "./places.ts";
import { isHeld } from "./respond.ts";

/** To one document; what is arriving counts for no limit yet. */
const MOST_AT_ONCE = 16;

export interface AttachmentsOptions extends MultipartOptions {
  readonly gatekeeper: Gatekeeper;
  /** Of all of one document's; 0: no limit. */
  readonly maxAttachmentsBytes: number;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

export function attachmentsRouter(options: AttachmentsOptions): Router {
  const router = Router();
  router.post("/documents/:id/attachments", postAttachment(options));
  router.get("/documents/:id/attachments/:name", getAttachment(options));
  return router;
}

function postAttachment(options: AttachmentsOptions): RequestHandler<{ id: string }> {
  const { gatekeeper } = options;
  const oneOfFew = placesFor(MOST_AT_ONCE, "Too many images at once. Try again in a moment.");
  return async (request, response) => {
    const { documentId } = await authorize(gatekeeper, request, "attach");
    await oneOfFew(documentId, async () => {
      const incoming = await receiveFile(options, request, response);
      try {
        // Again: what arrived may have taken minutes, and the link be gone since.
        await authorize(gatekeeper, request, "attach");
        const attachment = await keep(options, documentId, incoming);
        response.status(201).location(attachment.url).json(attachment);
      } finally {
        await incoming.discard();
      }
    });
  };
}

async function keep(
  { maxAttachmentsBytes }: AttachmentsOptions,
  documentId: string,
  incoming: IncomingAttachment,
): Promise<Attachment> {
  const extension = await extensionOf(incoming.head);
  if (!extension) {
    throw new AppError("type", "Only PNG, JPEG, GIF, WebP, AVIF and SVG images can be taken.");
  }
  const most = maxAttachmentsBytes || Number.POSITIVE_INFINITY;
  const name = await incoming.keep(documentId, extension, most);
  if (name === undefined) throw new AppError("full", whatFits(maxAttachmentsBytes));
  const url = attachmentPath(documentId, name);
  return { name, url, type: mediaType(name) ?? "", bytes: incoming.bytes };
}

/** @param most Bytes; 0: no limit. */
function whatFits(most: number): string {
  const images = `A document may have ${MOST_ATTACHMENTS} images`;
  if (most === 0) return `${images}.`;
  return `${images}, of ${inMiB(most)} together; each counts as ${inMiB(LEAST_BYTES)} at least.`;
}

function getAttachment(options: AttachmentsOptions): RequestHandler<Named> {
  const { gatekeeper, attachments } = options;
  return async (request, response) => {
    const { documentId } = await authorize(gatekeeper, request, "read");
    const { name } = request.params;
    const [stored, type] = [await attachments.read(documentId, name), mediaType(name)];
    if (!stored || !type) throw new AppError("unknown", "This document has no such image.");
    // The name is made from the content.
    const tag = `"${name}"`;
    guard(response, name).set("ETag", tag);
    if (isHeld(tag, request.get("if-none-match"))) response.status(304).end();
    else await send(response, type, stored);
  };
}

/** Somebody else's file: even opened by itself it may run nothing and load nothing. */
function guard(response: Response, name: string): Response {
  if (name.endsWith(".svg")) {
    response.set("Content-Disposition", `attachment; filename="${name}"`);
  }
  return response.set({
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
  });
}

async function send(response: Response, type: string, stored: StoredAttachment): Promise<void> {
  response.set({ "Content-Type": type, "Content-Length": String(stored.bytes) });
  if (response.req.method === "HEAD") return void response.end();
  try {
    await pipeline(stored.content(), response);
  } catch (error) {
    if (!hasLeft(error)) throw error;
  }
}

/** What is said of a connection that its other side has ended; a disk says none of it. */
const LEFT: ReadonlySet<unknown> = new Set([
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
  "ECONNRESET",
  "EPIPE",
]);

/** Whoever asked has gone, which is no error of anybody's. */
function hasLeft(error: unknown): boolean {
  return error instanceof Error && "code" in error && LEFT.has(error.code);
}

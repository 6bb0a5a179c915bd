/**
 * `GET /d/:id`, the address of a document for people and programs: who asks for a page gets
 * the page; with a token, the text as Markdown, or what the document is and all calls on it.
 */
import { type RequestHandler, Router } from "express";
import type { DocumentAddress } from "#protocol/rest.ts";
import { type Action, can, type Grant } from "../access/access.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { exportText, FORMATS } from "../export/export.ts";
import type { Rooms } from "../rooms.ts";
import { authorize } from "./authorize.ts";
import { baseOf } from "./base-url.ts";
import { inRoom, metadataOf } from "./in-room.ts";
import { sendContent } from "./respond.ts";

export interface DocumentAddressOptions {
  readonly gatekeeper: Gatekeeper;
  readonly rooms: Rooms;
  readonly publicUrl: string | undefined;
}

/** In the order of who is served when any would do. */
const KINDS = ["text/html", "text/markdown", "application/json"];

/** Under `/api/documents/:id`: what may be done, by its name. */
const CALLS: Readonly<Record<string, readonly [Action, method: string, path: string]>> = {
  metadata: ["read", "GET", ""],
  change: ["edit", "PATCH", ""],
  replaceContent: ["edit", "PUT", "/content"],
  editContent: ["edit", "PATCH", "/content"],
  ...Object.fromEntries(
    Object.keys(FORMATS).map((format) => [
      `export.${format}`,
      ["read", "GET", `/export?format=${format}`] as const,
    ]),
  ),
  events: ["read", "GET", "/events"],
  attach: ["attach", "POST", "/attachments"],
  copy: ["read", "POST", "/copy"],
  links: ["share", "GET", "/links"],
  makeLink: ["share", "POST", "/links"],
  webhooks: ["notify", "GET", "/webhooks"],
  makeWebhook: ["notify", "POST", "/webhooks"],
  acceptLoss: ["acceptLoss", "POST", "/accept-loss"],
  delete: ["delete", "DELETE", ""],
  restore: ["delete", "POST", "/restore"],
};

type OfDocument = RequestHandler<{ id: string }>;

/** Leaves to others who asks for a page. @param guard Before everything that a program gets. */
export function documentAddressRouter(
  options: DocumentAddressOptions,
  guard: RequestHandler,
): Router {
  const router = Router();
  router.get("/d/:id", onlyPrograms, guard as OfDocument, answer(options));
  return router;
}

const onlyPrograms: OfDocument = (request, response, next) => {
  response.vary("Accept");
  const kind = request.accepts(KINDS);
  next(kind === false || kind === "text/html" ? "route" : undefined);
};

function answer({ gatekeeper, rooms, publicUrl }: DocumentAddressOptions): OfDocument {
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "read");
    const isMarkdown = request.accepts(KINDS) === "text/markdown";
    const content = await inRoom(rooms, grant, async (room) => {
      if (isMarkdown) return exportText(await room.read(), "md");
      const links = linksFor(grant, baseOf(request, publicUrl));
      const address: DocumentAddress = { ...(await metadataOf(room, grant)), links };
      return { type: "application/json; charset=utf-8", body: JSON.stringify(address) };
    });
    await sendContent(request, response, content);
  };
}

function linksFor({ documentId, role }: Grant, base: string): DocumentAddress["links"] {
  const allowed = Object.entries(CALLS).filter(([, [action]]) => can(role, action));
  return Object.fromEntries(
    allowed.map(([name, [, method, path]]) => [
      name,
      { method, url: `${base}/api/documents/${documentId}${path}` },
    ]),
  );
}

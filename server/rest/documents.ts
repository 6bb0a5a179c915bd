/** The calls on documents: making them, their metadata, their exports and their life. */
import { type RequestHandler, Router } from "express";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { imagesOf } from "../export/document-images.ts";
import { exportDocument, formatNamed, holdsImages } from "../export/export.ts";
import type { Renderer } from "../export/renderer.ts";
import type { Rooms } from "../rooms.ts";
import { admit, authorize } from "./authorize.ts";
import { createDocument } from "./create.ts";
import { Creation, type CreationOptions } from "./creation.ts";
import { importDocument, type ImportOptions } from "./import.ts";
import { inRoom, metadataOf } from "./in-room.ts";
import { type LifeOptions, lifeRouter } from "./life.ts";
import { sendContent } from "./respond.ts";
import { newContent, type WaitOptions } from "./wait.ts";
import { writingRouter } from "./writing.ts";

export interface DocumentsOptions
  extends
    CreationOptions,
    Omit<LifeOptions, "creation" | "store">,
    Omit<ImportOptions, "creation">,
    WaitOptions {
  readonly store: CreationOptions["store"] & LifeOptions["store"];
  readonly changes: CreationOptions["changes"] & WaitOptions["changes"];
  readonly gatekeeper: Gatekeeper;
  readonly rooms: Rooms;
  readonly renderer: Renderer;
}

export function documentsRouter(options: DocumentsOptions): Router {
  const router = Router();
  const creation = new Creation(options);
  router.post("/documents", ...createDocument(creation, options.maxMessageBytes));
  router.post("/documents/import", ...importDocument({ ...options, creation }));
  router.get("/documents/:id", getMetadata(options));
  router.get("/documents/:id/export", getExport(options));
  router.post("/documents/:id/accept-loss", acceptLoss(options));
  router.use(lifeRouter({ ...options, creation }), writingRouter(options));
  return router;
}

function getMetadata(options: DocumentsOptions): RequestHandler<{ id: string }> {
  const { gatekeeper, rooms } = options;
  return async (request, response) => {
    const admission = await admit(gatekeeper, request, "read");
    const { grant } = admission;
    const content = await newContent(options, { request, response, admission }, async () => {
      const metadata = await inRoom(rooms, grant, (room) => metadataOf(room, grant));
      return { type: "application/json; charset=utf-8", body: JSON.stringify(metadata) };
    });
    if (content) await sendContent(request, response, content);
  };
}

function getExport(options: DocumentsOptions): RequestHandler<{ id: string }> {
  const { gatekeeper, rooms, renderer, attachments } = options;
  return async (request, response) => {
    const admission = await admit(gatekeeper, request, "read");
    const format = formatNamed(request.query.format ?? "md");
    const file = await newContent(options, { request, response, admission }, async () => {
      const { document, state } = await inRoom(rooms, admission.grant, async (room) => {
        const { documentId: id, createdAt, updatedAt } = room;
        const live = await room.read();
        const { title, content, language } = live;
        return {
          document: { id, title, content, language, createdAt, updatedAt },
          state: format === "yjs" ? live.state : new Uint8Array(),
        };
      });
      const isShown = holdsImages(format);
      const images = isShown ? await imagesOf(attachments, document.id, document.content) : [];
      return exportDocument(document, format, { images, state }, renderer);
    });
    if (file) await sendContent(request, response, file);
  };
}

/** Answers the metadata; nothing lost is no error. */
function acceptLoss({ gatekeeper, rooms }: DocumentsOptions): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "acceptLoss");
    const metadata = await inRoom(rooms, grant, async (room) => {
      await room.acceptLoss();
      return metadataOf(room, grant);
    });
    response.json(metadata);
  };
}

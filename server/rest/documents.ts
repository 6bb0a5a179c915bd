/** The calls on documents: making them, their metadata, their exports and their life. */
import { type RequestHandler, Router } from "express";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { imagesOf } from "../export/document-images.ts";
import { exportDocument, formatNamed, holdsImages } from "../export/export.ts";
import type { Renderer } from "../export/renderer.ts";
import type { Rooms } from "../rooms.ts";
import { authorize } from "./authorize.ts";
import { createDocument } from "./create.ts";
import { Creation, type CreationOptions } from "./creation.ts";
import { importDocument, type ImportOptions } from "./import.ts";
import { inRoom, metadataOf } from "./in-room.ts";
import { type LifeOptions, lifeRouter } from "./life.ts";
import { sendContent } from "./respond.ts";

export interface DocumentsOptions
  extends
    CreationOptions,
    Omit<LifeOptions, "creation" | "store">,
    Omit<ImportOptions, "creation"> {
  readonly store: CreationOptions["store"] & LifeOptions["store"];
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
  router.use(lifeRouter({ ...options, creation }));
  return router;
}

function getMetadata({ gatekeeper, rooms }: DocumentsOptions): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "read");
    const metadata = await inRoom(rooms, grant, (room) => metadataOf(room, grant));
    await sendContent(request, response, {
      type: "application/json; charset=utf-8",
      body: JSON.stringify(metadata),
    });
  };
}

function getExport(options: DocumentsOptions): RequestHandler<{ id: string }> {
  const { gatekeeper, rooms, renderer, attachments } = options;
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "read");
    const format = formatNamed(request.query.format ?? "md");
    const { document, state } = await inRoom(rooms, grant, async (room) => {
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
    const file = exportDocument(document, format, { images, state }, renderer);
    await sendContent(request, response, file);
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

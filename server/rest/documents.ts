/** The calls on a document that exists: its metadata and its exports. */
import { type RequestHandler, Router } from "express";
import type { DocumentMetadata } from "#protocol/rest.ts";
import type { Grant } from "../access/access.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { exportDocument, formatNamed } from "../export/export.ts";
import type { Room } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { authorize } from "./authorize.ts";
import { createDocument, type CreateOptions } from "./create.ts";
import { sendContent } from "./respond.ts";

export interface DocumentsOptions extends CreateOptions {
  readonly gatekeeper: Gatekeeper;
  readonly rooms: Rooms;
}

export function documentsRouter(options: DocumentsOptions): Router {
  const router = Router();
  router.post("/documents", ...createDocument(options));
  router.get("/documents/:id", getMetadata(options));
  router.get("/documents/:id/export", getExport(options));
  router.post("/documents/:id/accept-loss", acceptLoss(options));
  return router;
}

function getMetadata({ gatekeeper, rooms }: DocumentsOptions): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "read");
    const metadata = await inRoom(rooms, grant, (room) => metadataOf(room, grant));
    sendContent(request, response, {
      type: "application/json; charset=utf-8",
      body: JSON.stringify(metadata),
    });
  };
}

function getExport({ gatekeeper, rooms }: DocumentsOptions): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "read");
    const format = formatNamed(request.query.format ?? "md");
    const document = await inRoom(rooms, grant, async (room) => {
      const { title, content } = await room.read();
      return { title, content };
    });
    sendContent(request, response, exportDocument(document, format));
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

async function inRoom<T>(rooms: Rooms, grant: Grant, use: (room: Room) => Promise<T>): Promise<T> {
  const lease = await rooms.open(grant.documentId);
  try {
    return await use(lease.room);
  } finally {
    lease.release();
  }
}

async function metadataOf(room: Room, grant: Grant): Promise<DocumentMetadata> {
  const { title, content } = await room.read();
  return {
    id: room.documentId,
    title,
    role: grant.role,
    createdAt: new Date(room.createdAt).toISOString(),
    updatedAt: new Date(room.updatedAt).toISOString(),
    epoch: room.epoch,
    length: content.length,
    bytes: Buffer.byteLength(content),
    connections: room.connections,
  };
}

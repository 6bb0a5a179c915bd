/** The calls on a document as a whole: copy it, put it into the trash, take it out again. */
import { type Request, type RequestHandler, Router } from "express";
import type { CreatedDocument } from "#protocol/rest.ts";
import type { Attachments } from "../../persistence/attachments.ts";
import type { Store } from "../../persistence/store.ts";
import { Turns } from "../../persistence/turns.ts";
import type { Grant } from "../access/access.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { addressOf } from "../address.ts";
import { copyAttachments } from "../copied-attachments.ts";
import { AppError } from "../errors.ts";
import type { Rooms } from "../rooms.ts";
import { TRASH_MS } from "../trash.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import { authorize } from "./authorize.ts";
import { sendCreated } from "./create.ts";
import type { Creation } from "./creation.ts";
import { inRoom, metadataOf } from "./in-room.ts";

export interface LifeOptions {
  readonly store: Pick<Store, "setDeleted">;
  readonly gatekeeper: Gatekeeper;
  readonly rooms: Rooms;
  readonly creation: Creation;
  readonly attachments: Attachments;
  readonly webhooks: Pick<Webhooks, "moved">;
  readonly trustProxy: number;
  readonly now: () => number;
}

type OfDocument = RequestHandler<{ id: string }>;

export function lifeRouter(options: LifeOptions): Router {
  const router = Router();
  router.post("/documents/:id/copy", copy(options));
  router.delete("/documents/:id", remove(options));
  router.post("/documents/:id/restore", restore(options));
  return router;
}

/** One at a time for each address, since a copy may take much. */
function copy(options: LifeOptions): OfDocument {
  const { gatekeeper, creation, trustProxy } = options;
  const ofAddress = new Turns();
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "read");
    await creation.demandBeside(request);
    const make = () => makeCopy(options, request, grant);
    sendCreated(response, await ofAddress.take(addressOf(request, trustProxy), make));
  };
}

/** The text as it is now with its images, without its history: "Copy of" and the title that is shown. */
async function makeCopy(
  { rooms, creation, attachments }: LifeOptions,
  request: Request<{ id: string }>,
  grant: Grant,
): Promise<CreatedDocument> {
  return creation.make(request, {
    asks: "the text as it is",
    content: async (id) => {
      const original = await inRoom(rooms, grant, async (room) => {
        const { title, content, language } = await room.read();
        return { title: `Copy of ${title}`, content, language };
      });
      const places = { from: grant.documentId, to: id };
      return { ...original, content: await withImages(attachments, original.content, places) };
    },
    discard: (id) => attachments.remove(id),
  });
}

/** The images come first: one that is of no document is cleared away at the next start. */
async function withImages(
  attachments: Attachments,
  original: string,
  places: { readonly from: string; readonly to: string },
): Promise<string> {
  const { content, images } = await copyAttachments(attachments, original, places);
  try {
    await images.keep(places.to);
    return content;
  } finally {
    await images.discard();
  }
}

/** When it answers it is on disk, and everybody who was connected has been told. */
function remove({ store, gatekeeper, webhooks, now }: LifeOptions): OfDocument {
  return async (request, response) => {
    const { documentId } = await authorize(gatekeeper, request, "delete");
    await store.setDeleted(documentId, now());
    await gatekeeper.documentChanged(documentId);
    await webhooks.moved(documentId);
    response.status(204).end();
  };
}

/** Nothing deleted is no error. @throws AppError `deleted` once `Trash` may have begun to remove it. */
function restore({ store, gatekeeper, rooms, webhooks, now }: LifeOptions): OfDocument {
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "delete", { inTrash: true });
    if (!(await store.setDeleted(grant.documentId, null, now() - TRASH_MS))) {
      throw new AppError("deleted", "The 30 days in which it could be restored are over.");
    }
    await gatekeeper.documentChanged(grant.documentId);
    await webhooks.moved(grant.documentId);
    response.json(await inRoom(rooms, grant, (room) => metadataOf(room, grant)));
  };
}

/** The calls on a document as a whole: copy it, put it into the trash, take it out again. */
import { type RequestHandler, Router } from "express";
import type { Attachments } from "../../persistence/attachments.ts";
import type { Store } from "../../persistence/store.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { copyAttachments } from "../copied-attachments.ts";
import type { Rooms } from "../rooms.ts";
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
  readonly now: () => number;
}

type OfDocument = RequestHandler<{ id: string }>;

/** Longest title that a document is made with, in UTF-16 code units. */
const LONGEST_TITLE = 500;

export function lifeRouter(options: LifeOptions): Router {
  const router = Router();
  router.post("/documents/:id/copy", copy(options));
  router.delete("/documents/:id", remove(options));
  router.post("/documents/:id/restore", restore(options));
  return router;
}

/** The text as it is now with its images, without its history: "Copy of" and the title that is shown. */
function copy({ gatekeeper, rooms, creation, attachments }: LifeOptions): OfDocument {
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "read");
    await creation.demandBeside(request);
    const created = await creation.make(request, {
      asks: "the text as it is",
      content: async (id) => {
        const original = await inRoom(rooms, grant, async (room) => {
          const { title, content, language } = await room.read();
          return { title: `Copy of ${title}`.slice(0, LONGEST_TITLE), content, language };
        });
        const places = { from: grant.documentId, to: id };
        return {
          ...original,
          content: await copyAttachments(attachments, original.content, places),
        };
      },
      discard: (id) => attachments.remove(id),
    });
    sendCreated(response, created);
  };
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

/** Nothing deleted is no error. */
function restore({ store, gatekeeper, rooms, webhooks }: LifeOptions): OfDocument {
  return async (request, response) => {
    const grant = await authorize(gatekeeper, request, "delete", { inTrash: true });
    await store.setDeleted(grant.documentId, null);
    await gatekeeper.documentChanged(grant.documentId);
    await webhooks.moved(grant.documentId);
    response.json(await inRoom(rooms, grant, (room) => metadataOf(room, grant)));
  };
}

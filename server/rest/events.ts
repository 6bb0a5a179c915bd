/** `GET /api/documents/:id/events`: tells of a document's text, its people and its end as they change. */
import { type RequestHandler, Router } from "express";
import { z } from "zod";
import type { DocumentContentEvent, DocumentPresenceEvent } from "#protocol/rest.ts";
import type { Changes } from "../changes.ts";
import type { Room } from "../room.ts";
import type { Lease, Rooms } from "../rooms.ts";
import { admit } from "./authorize.ts";
import { EVENT_STREAM, EventStream, type StreamEvent, type StreamTimes } from "./event-stream.ts";
import { live, type LongLived, type LongLivedOptions, place, type Placed } from "./long-lived.ts";

export interface EventsOptions extends LongLivedOptions {
  readonly rooms: Rooms;
  readonly changes: Pick<Changes, "followDocument" | "followPeople">;
  readonly eventTimes: StreamTimes;
}

/** As page and editors write it into their presence; anything else there is not told. */
const Said = z.object({
  user: z.object({ name: z.string(), color: z.string().optional().catch(undefined) }),
  access: z.object({ role: z.string() }).optional().catch(undefined),
});

/** Of a name or a colour, in UTF-16 code units: what people say of themselves has no other bound. */
const LONGEST_WORD = 200;

export function eventsRouter(options: EventsOptions): Router {
  const router = Router();
  router.get("/documents/:id/events", events(options));
  return router;
}

function events(options: EventsOptions): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const admission = await admit(options.gatekeeper, request, "read");
    if (request.method === "HEAD") response.type(EVENT_STREAM).end();
    else await open(options, { request, response, admission });
  };
}

/** @throws AppError `rate`. */
async function open(options: EventsOptions, opening: LongLived): Promise<void> {
  const lease = await options.rooms.open(opening.admission.grant.documentId);
  try {
    begin(options, { ...opening, leave: await place(options, opening) }, lease);
  } catch (error) {
    lease.release();
    throw error;
  }
}

/** Begins with how things are, unless the client has seen just that. */
function begin(options: EventsOptions, opening: Placed, lease: Lease): void {
  const { request, response } = opening;
  const { room } = lease;
  const stops = [() => lease.release()];
  live(options, opening, (ending) => {
    stops.forEach((each) => each());
    const isDeleted = ending !== "left" && ending.code === "deleted";
    stream.end(isDeleted ? { name: "deleted", data: { id: room.documentId } } : undefined);
  });
  const stream = new EventStream(response, options.eventTimes);
  let told = request.get("last-event-id");
  const content = async () => {
    const event = await contentEvent(room);
    if (event.id === told) return undefined;
    told = event.id;
    return event;
  };
  const tellContent = () => stream.want("content", content);
  const tellPeople = () => stream.want("presence", async () => presenceEvent(room));
  stops.push(options.changes.followDocument(room.documentId, tellContent));
  stops.push(options.changes.followPeople(room.documentId, tellPeople));
  tellContent();
  tellPeople();
}

/** Its id is the same for the same text, whatever server says it. */
async function contentEvent(room: Room): Promise<StreamEvent> {
  const { seq, epoch } = room;
  const { title, content } = await room.read();
  const data: DocumentContentEvent = {
    id: room.documentId,
    title,
    updatedAt: new Date(room.updatedAt).toISOString(),
    length: content.length,
    bytes: Buffer.byteLength(content),
  };
  return { name: "content", id: `${epoch}-${seq}`, data };
}

function presenceEvent(room: Room): StreamEvent {
  const people = [...room.company.states].flatMap(([clientId, state]) => {
    const { success, data } = Said.safeParse(JSON.parse(state));
    if (!success) return [];
    const { user, access } = data;
    const name = user.name.slice(0, LONGEST_WORD);
    const color = user.color?.slice(0, LONGEST_WORD);
    return [{ clientId, name, ...(color && { color }), ...(access && { role: access.role }) }];
  });
  return { name: "presence", data: { people } satisfies DocumentPresenceEvent };
}

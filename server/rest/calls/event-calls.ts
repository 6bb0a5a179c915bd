/** The description of the event stream. */
import { z } from "zod";
import { DocumentContentEvent, DocumentPresenceEvent } from "#protocol/rest.ts";
import type { Call } from "../call.ts";

const EventData = z
  .union([DocumentContentEvent, DocumentPresenceEvent, z.object({ id: z.string() })])
  .meta({ description: "The data of one event" });

export const eventCalls: readonly Call[] = [
  {
    method: "get",
    path: "/api/documents/{id}/events",
    summary: "Follow a document",
    description: [
      "Server-Sent Events: `content` (DocumentContentEvent) when the text on disk is another,",
      "`presence` (DocumentPresenceEvent) when other people are in it, `deleted` as the last one.",
      "The stream begins with both, and ends when the link does.",
    ].join(" "),
    needs: "view",
    requestHeaders: z.object({
      "last-event-id": z.string().optional().meta({
        description: "The id of the last `content`: it is not told again while it holds",
      }),
    }),
    answers: {
      200: {
        description: "Events, for as long as the client listens",
        content: { "text/event-stream": EventData },
      },
    },
    problems: ["rate"],
  },
];

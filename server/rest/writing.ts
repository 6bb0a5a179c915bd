/**
 * The calls that write into a document: its text as a whole or in parts, its title and its
 * language. Each is an edit in the room like anybody's, on disk before the answer.
 */
import { type RequestHandler, Router } from "express";
import { normalizeText, titleOf } from "#protocol/document.ts";
import { ContentEdits, DocumentChanges } from "#protocol/rest.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { difference } from "../difference.ts";
import { AppError } from "../errors.ts";
import { exportText } from "../export/export.ts";
import type { Readable } from "../own-edits.ts";
import type { Revision } from "../revision.ts";
import type { Rooms } from "../rooms.ts";
import { applyEdits } from "../text-edits.ts";
import { authorize } from "./authorize.ts";
import { inRoom, metadataOf } from "./in-room.ts";
import { jsonBody, parseBody, SMALL_BODY } from "./json-body.ts";
import { isMatched, tagOf } from "./respond.ts";
import { textBody } from "./text-body.ts";

export interface WritingOptions {
  readonly gatekeeper: Gatekeeper;
  readonly rooms: Rooms;
  /** Bytes of a body; 0: no limit. */
  readonly maxMessageBytes: number;
}

/** A change, and the text that it leads to. */
interface Change {
  readonly revision: Revision;
  readonly content: string;
}

/** What a body asks for; the answer is called with the text as it is then. @throws AppError `invalid`. */
type Reading = (body: unknown) => (content: string) => Change;

type OfDocument = RequestHandler<{ id: string }>;

export function writingRouter(options: WritingOptions): Router {
  const { maxMessageBytes } = options;
  const router = Router();
  const first = mayEdit(options);
  const json = (limit: number): OfDocument[] => [first, ...jsonBody(limit)];
  const text: OfDocument[] = [first, ...textBody(maxMessageBytes)];
  router.patch("/documents/:id", json(SMALL_BODY), write(options, change));
  router.put("/documents/:id/content", text, write(options, replace));
  router.patch("/documents/:id/content", json(maxMessageBytes), write(options, edit));
  return router;
}

const change: Reading = (body) => {
  const revision = parseBody(DocumentChanges, body);
  return (content) => ({ revision, content });
};

const replace: Reading = (body) => {
  const after = normalizeText(String(body));
  return (before) => ({ revision: { splices: difference(before, after) }, content: after });
};

const edit: Reading = (body) => {
  const { edits } = parseBody(ContentEdits, body);
  return (before) => {
    const draft = applyEdits(before, edits);
    return { revision: { splices: draft.splices() }, content: draft.text };
  };
};

/** Before the body is read. */
function mayEdit({ gatekeeper }: WritingOptions): OfDocument {
  return async (request, _response, next) => {
    await authorize(gatekeeper, request, "edit");
    next();
  };
}

function write({ gatekeeper, rooms }: WritingOptions, reading: Reading): OfDocument {
  return async (request, response) => {
    // Again: what arrived may have taken minutes, and the link be gone since.
    const grant = await authorize(gatekeeper, request, "edit");
    const changeOf = reading(request.body);
    const wanted = request.get("if-match");
    let tag = "";
    const metadata = await inRoom(rooms, grant, async (room) => {
      await room.edit(grant.linkId, (document) => {
        const before = document.content;
        demandMatch(wanted, titleOf(document.givenTitle, before), before);
        const { revision, content } = changeOf(before);
        // Of what was sent and not of what is there by the time of the answer, which whoever sent it has not seen.
        tag = tagOf(exportText({ title: titleAfter(document, revision, content), content }, "md"));
        return revision;
      });
      return metadataOf(room, grant);
    });
    response.set("ETag", tag).json(metadata);
  };
}

function titleAfter({ givenTitle }: Readable, { title }: Revision, content: string): string {
  return titleOf(title === undefined ? givenTitle : title, content);
}

/** @throws AppError `precondition` unless the text is what `wanted` stands for, as `txt` or as `md`. */
function demandMatch(wanted: string | undefined, title: string, content: string): void {
  if (wanted === undefined) return;
  const formats = ["md", "txt"] as const;
  const tags = formats.map((format) => tagOf(exportText({ title, content }, format)));
  if (isMatched(tags, wanted)) return;
  throw new AppError(
    "precondition",
    "Somebody has changed the document since. Read it again, and send your change of that with its ETag.",
  );
}

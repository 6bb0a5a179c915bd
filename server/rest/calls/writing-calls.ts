/** The calls that write into a document, and its address, described. */
import { z } from "zod";
import {
  ContentEdits,
  DocumentAddress,
  DocumentChanges,
  DocumentMetadata,
} from "#protocol/rest.ts";
import type { Answer, Call } from "../call.ts";

const JSON_TYPE = "application/json";

const TEXT = { "text/markdown": undefined, "text/plain": undefined };

/** RFC 9110, section 13.1.1. */
const IfMatch = z.object({
  "If-Match": z.string().optional().meta({
    description:
      "`ETag` of the document as `md` or `txt`: the edit is made only if that is still what there is",
  }),
});

const WRITTEN: Answer = {
  description: "It is on disk, and everybody in the document has it: what the document is now",
  content: { [JSON_TYPE]: DocumentMetadata },
  headers: {
    ETag: "Of the document as `md` with this edit: a later edit by somebody else has another",
  },
};

export const writingCalls: readonly Call[] = [
  {
    method: "patch",
    path: "/api/documents/{id}",
    summary: "Change the title or the language of a document",
    description: "Open pages see it at once. What is not named stays, and null clears.",
    needs: "edit",
    requestHeaders: IfMatch,
    body: { [JSON_TYPE]: DocumentChanges },
    answers: { 200: WRITTEN },
    problems: ["precondition", "full", "rate"],
  },
  {
    method: "put",
    path: "/api/documents/{id}/content",
    summary: "Replace the text of a document",
    description:
      "Only what differs is changed, so that carets stay at their words and undo of others is not touched. " +
      "Line ends become `\\n` and a byte order mark is dropped. UTF-8.",
    needs: "edit",
    requestHeaders: IfMatch,
    body: TEXT,
    answers: { 200: WRITTEN },
    problems: ["precondition", "full", "rate"],
  },
  {
    method: "patch",
    path: "/api/documents/{id}/content",
    summary: "Edit the text of a document",
    description:
      "All edits are made or none. They are made one after another, each on the text as those before it left it: " +
      "`find` must stand in it exactly once; `from` and `to` are positions in it. The first that does not fit is " +
      "named in `errors` of a 409.",
    needs: "edit",
    requestHeaders: IfMatch,
    body: { [JSON_TYPE]: ContentEdits },
    answers: { 200: WRITTEN },
    problems: ["conflict", "precondition", "full", "rate"],
  },
  {
    method: "get",
    path: "/d/{id}",
    summary: "Open a document",
    description:
      "The address that people share. By `Accept` it answers the page, the text as Markdown, or what the document " +
      "is with all that the token may do with it. The page needs no token: its own is in the fragment.",
    needs: "view",
    answers: {
      200: {
        description: "What was asked for",
        content: {
          "text/html": undefined,
          "text/markdown": undefined,
          [JSON_TYPE]: DocumentAddress,
        },
        headers: { Vary: "`Accept` among others" },
      },
    },
  },
];

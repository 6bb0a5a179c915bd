/** The calls on documents, described: making them, their metadata and their life. */
import { z } from "zod";
import { CreatedDocument, DocumentMetadata, NewDocument } from "#protocol/rest.ts";
import type { Answer, Call } from "../call.ts";
import { WaitQuery } from "../wait.ts";
import { IdempotencyKey } from "./idempotency.ts";
import { ETAG, IfNoneMatch, NOT_MODIFIED } from "./conditional.ts";

const JSON_TYPE = "application/json";

const CREATED: Answer = {
  description: "The new document, with tokens that are shown this once",
  content: { [JSON_TYPE]: CreatedDocument },
  headers: { Location: "Where its metadata is" },
};

const METADATA: Answer = {
  description: "What the document is, and what the token may do",
  content: { [JSON_TYPE]: DocumentMetadata },
};

export const documentCalls: readonly Call[] = [
  {
    method: "post",
    path: "/api/documents",
    summary: "Create a document",
    description:
      "The answer holds the owner's token and one link for editing. Without a body the document is empty; text is its content as it is.",
    needs: "create token",
    requestHeaders: IdempotencyKey,
    body: { [JSON_TYPE]: NewDocument, "text/markdown": undefined, "text/plain": undefined },
    answers: { 201: CREATED },
    problems: ["full", "conflict", "deleted"],
  },
  {
    method: "get",
    path: "/api/documents/{id}",
    summary: "Read the metadata of a document",
    needs: "view",
    query: WaitQuery,
    requestHeaders: IfNoneMatch,
    answers: { 200: { ...METADATA, headers: ETAG }, 304: NOT_MODIFIED },
    problems: ["rate"],
  },
  {
    method: "delete",
    path: "/api/documents/{id}",
    summary: "Delete a document",
    description:
      "It lies in the trash for 30 days. Everybody who is connected is sent away; its links answer 410 and work again when it is restored.",
    needs: "owner",
    answers: { 204: { description: "It is in the trash" } },
  },
  {
    method: "post",
    path: "/api/documents/{id}/restore",
    summary: "Restore a document",
    description: "Takes it out of the trash; one that is in none stays as it is.",
    needs: "owner",
    answers: { 200: METADATA },
  },
  {
    method: "post",
    path: "/api/documents/{id}/copy",
    summary: "Copy a document",
    description: "A new document with the same text and images, and without their history.",
    needs: "view",
    requestHeaders: IdempotencyKey.extend({
      "Create-Token": z.string().optional().meta({
        description: "The server's create token, where it has one",
      }),
    }),
    answers: { 201: CREATED },
    problems: ["role", "rate", "full", "conflict"],
  },
  {
    method: "post",
    path: "/api/documents/{id}/accept-loss",
    summary: "Accept a loss",
    description:
      "Goes on without what a damaged disk has lost of the document, which is read-only until then. Nothing lost is no error.",
    needs: "owner",
    answers: { 200: METADATA },
  },
];

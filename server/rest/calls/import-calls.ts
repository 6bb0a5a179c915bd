/** The import of a file, described. */
import { z } from "zod";
import { CreatedDocument } from "#protocol/rest.ts";
import type { Call } from "../call.ts";
import { IdempotencyKey } from "./idempotency.ts";

const ImportForm = z.object({
  file: z.string().meta({
    format: "binary",
    description: "Named `.md`, `.txt`, `.html` or `.docx`, up to MAX_MESSAGE_BYTES",
  }),
});

export const importCalls: readonly Call[] = [
  {
    method: "post",
    path: "/api/documents/import",
    summary: "Make a document of a file",
    description:
      "Markdown and plain text are taken as they are, web pages and Word files become Markdown. " +
      "Images that the file holds become the document's own. Without a heading in it the " +
      "document is named after the file.",
    needs: "create token",
    requestHeaders: IdempotencyKey,
    body: { "multipart/form-data": ImportForm },
    answers: {
      201: {
        description: "The new document, its owner token and its first link",
        content: { "application/json": CreatedDocument },
        headers: { Location: "Where it is" },
      },
    },
    problems: [
      "type",
      "malformed",
      "invalid",
      "large",
      "full",
      "rate",
      "overload",
      "conflict",
      "deleted",
    ],
  },
];

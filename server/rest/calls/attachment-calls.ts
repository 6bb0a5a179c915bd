/** The calls on the images of a document, described. */
import { z } from "zod";
import { Attachment } from "#protocol/rest.ts";
import type { Call } from "../call.ts";
import { ETAG, IfNoneMatch, NOT_MODIFIED } from "./conditional.ts";

/** What multipart calls take: one part. */
const Upload = z
  .object({ file: z.string().meta({ format: "binary", description: "The image" }) })
  .meta({ id: "Upload" });

export const attachmentCalls: readonly Call[] = [
  {
    method: "post",
    path: "/api/documents/{id}/attachments",
    summary: "Add an image",
    description:
      "PNG, JPEG, GIF, WebP, AVIF or SVG, as its content says. The text shows it by `![](url)`.",
    needs: "edit",
    body: { "multipart/form-data": Upload },
    answers: {
      201: {
        description: "The image as it is kept",
        content: { "application/json": Attachment },
        headers: { Location: "Where it is, without a token" },
      },
    },
    problems: ["full", "rate"],
  },
  {
    method: "get",
    path: "/api/documents/{id}/attachments/{name}",
    summary: "Read an image",
    description: "SVG, which may hold scripts, is sent as a download only.",
    needs: "view",
    requestHeaders: IfNoneMatch,
    answers: {
      200: { description: "The image", content: { "image/*": undefined }, headers: ETAG },
      304: NOT_MODIFIED,
    },
  },
];

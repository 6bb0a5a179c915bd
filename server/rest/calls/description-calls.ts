/** The calls that describe all others, described. */
import type { Call } from "../call.ts";
import { ETAG, IfNoneMatch, NOT_MODIFIED } from "./conditional.ts";

export const descriptionCalls: readonly Call[] = [
  {
    method: "get",
    path: "/api/openapi.json",
    summary: "Read the description",
    needs: "nothing",
    requestHeaders: IfNoneMatch,
    answers: {
      200: {
        description: "OpenAPI 3.1",
        content: { "application/json": undefined },
        headers: ETAG,
      },
      304: NOT_MODIFIED,
    },
  },
  {
    method: "get",
    path: "/api/docs",
    summary: "Read the description as a page",
    needs: "nothing",
    requestHeaders: IfNoneMatch,
    answers: {
      200: {
        description: "A page that shows it, and calls what it describes",
        content: { "text/html": undefined },
        headers: ETAG,
      },
      304: NOT_MODIFIED,
    },
  },
];

/** The export of a document, described. */
import { ExportedJson, ExportFormat } from "#protocol/rest.ts";
import type { Call } from "../call.ts";
import { WaitQuery } from "../wait.ts";
import { ETAG, IfNoneMatch, NOT_MODIFIED } from "./conditional.ts";

export const exportCalls: readonly Call[] = [
  {
    method: "get",
    path: "/api/documents/{id}/export",
    summary: "Export a document",
    description:
      "`txt` and `md` are the text to the byte. `html`, `docx` and `pdf` hold the document's own " +
      "images, up to 32 MiB; whatever lies elsewhere is a link. `yjs` is the whole state as a v1 update.",
    needs: "view",
    query: WaitQuery.extend({ format: ExportFormat.default("md") }),
    requestHeaders: IfNoneMatch,
    answers: {
      200: {
        description: "The document in that format",
        content: {
          "text/plain": undefined,
          "text/markdown": undefined,
          "text/html": undefined,
          "application/json": ExportedJson,
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document": undefined,
          "application/pdf": undefined,
          "application/octet-stream": undefined,
        },
        headers: { ...ETAG, "Content-Disposition": "A file name made of the title" },
      },
      304: NOT_MODIFIED,
    },
    problems: ["format", "rate", "missing", "overload"],
  },
];

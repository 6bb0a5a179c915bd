/** The operator's calls as they are described to others. */
import {
  AdminDeleteQuery,
  AdminDocuments,
  AdminDocumentsQuery,
  AdminExportQuery,
  Usage,
} from "#protocol/rest-admin.ts";
import type { Call } from "../call.ts";

export const adminCalls: readonly Call[] = [
  {
    method: "get",
    path: "/api/admin/documents",
    summary: "List and search all documents",
    description:
      "The newest first, those in the trash too. A word is found wherever it stands in a title or a text.",
    needs: "admin token",
    query: AdminDocumentsQuery,
    answers: {
      200: { description: "Some of them", content: { "application/json": AdminDocuments } },
    },
    problems: ["invalid", "overload"],
  },
  {
    method: "get",
    path: "/api/admin/usage",
    summary: "Count what the server holds",
    needs: "admin token",
    answers: { 200: { description: "The numbers", content: { "application/json": Usage } } },
  },
  {
    method: "delete",
    path: "/api/admin/documents/{id}",
    summary: "Delete or purge any document",
    description:
      "Into the trash, or with `purge` for good. Open sockets close with 4410. What is in the trash already stays there.",
    needs: "admin token",
    query: AdminDeleteQuery,
    answers: { 204: { description: "It is deleted" } },
    problems: ["unknown", "invalid"],
  },
  {
    method: "get",
    path: "/api/admin/export",
    summary: "Export everything",
    description:
      "Each document as Markdown and as its Yjs state, its attachments, and `manifest.json`, which names the files of each and which documents could not be read.",
    needs: "admin token",
    query: AdminExportQuery,
    answers: {
      200: {
        description: "A zip, as it is made",
        content: { "application/zip": undefined },
        headers: { "Content-Disposition": "A name with the day" },
      },
    },
    problems: ["invalid"],
  },
];

/**
 * The operator's calls, for whoever holds the admin token: list and search all documents, count
 * what there is, delete, export everything. Without that setting they do not exist.
 */
import { memoryUsage } from "node:process";
import { type RequestHandler, Router } from "express";
import { UNTITLED } from "#protocol/document.ts";
import {
  AdminDeleteQuery,
  type AdminDocument,
  type AdminDocuments,
  AdminDocumentsQuery,
  AdminExportQuery,
  type Usage,
} from "#protocol/rest-admin.ts";
import type { Attachments } from "../../persistence/attachments.ts";
import type { EntryTitle } from "../../persistence/search-entry.ts";
import type { ListedDocument, Store } from "../../persistence/store.ts";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import { AppError } from "../errors.ts";
import { type ArchiveOptions, writeArchive } from "../export/archive.ts";
import type { Readings } from "../metrics.ts";
import type { Rooms } from "../rooms.ts";
import type { Indexer } from "../search/indexer.ts";
import type { Trash } from "../trash.ts";
import { VERSION } from "../version.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import { bearerOf, demandSecret } from "./authorize.ts";
import { parseQuery } from "./query.ts";

export interface AdminOptions extends ArchiveOptions {
  readonly adminToken: string;
  readonly store: Store;
  readonly attachments: Attachments;
  readonly gatekeeper: Pick<Gatekeeper, "documentChanged">;
  readonly rooms: Rooms;
  readonly trash: Pick<Trash, "purge">;
  readonly indexer: Pick<Indexer, "titles" | "find">;
  readonly readings: Pick<Readings, "connections" | "rooms">;
  readonly webhooks: Pick<Webhooks, "moved">;
}

const NOTHING = { title: UNTITLED, bytes: 0 };

const UNKNOWN = { title: null, bytes: null };

/** Some documents, and where the next page starts. */
interface Page {
  readonly documents: readonly ListedDocument[];
  readonly next: number | undefined;
  /** Of what was found, by id. */
  readonly snippets?: ReadonlyMap<string, string>;
}

export function adminRouter(options: AdminOptions): Router {
  const router = Router();
  router.use("/admin", (request, _response, next) => {
    demandSecret(bearerOf(request), options.adminToken, { name: "admin token" });
    next();
  });
  router.get("/admin/documents", list(options));
  router.get("/admin/usage", usage(options));
  router.delete("/admin/documents/:id", remove(options));
  router.get("/admin/export", exportAll(options));
  return router;
}

function list(options: AdminOptions): RequestHandler {
  const { rooms, indexer } = options;
  return async (request, response) => {
    const { query, cursor, limit } = parseQuery(AdminDocumentsQuery, request);
    const before = cursor ? Number(cursor) : Number.MAX_SAFE_INTEGER;
    const { documents, next, snippets } = query
      ? await found(options, query, before, limit)
      : await listed(options, before, limit);
    const titles = await indexer.titles(documents);
    const answer: AdminDocuments = {
      documents: documents.map((document) => {
        const { id } = document;
        const more = { connections: rooms.connectionsOf(id), snippet: snippets?.get(id) };
        return described(document, titles.get(id), more);
      }),
      cursor: next === undefined ? null : String(next),
    };
    response.json(answer);
  };
}

async function listed({ store }: AdminOptions, before: number, limit: number): Promise<Page> {
  // One more says whether anything follows.
  const some = await store.list(before, limit + 1);
  const documents = some.slice(0, limit);
  return { documents, next: some.length > limit ? documents.at(-1)?.place : undefined };
}

async function found(
  { store, indexer }: AdminOptions,
  query: string,
  before: number,
  limit: number,
): Promise<Page> {
  const some = await indexer.find(query, before, limit + 1);
  const hits = some.slice(0, limit);
  const snippets = new Map(hits.map(({ id, snippet }) => [id, snippet]));
  const documents = await store.describe([...snippets.keys()]);
  return { documents, snippets, next: some.length > limit ? hits.at(-1)?.place : undefined };
}

function described(
  { id, createdAt, updatedAt, deletedAt, seq }: ListedDocument,
  known: Pick<EntryTitle, "title" | "bytes"> | undefined,
  { connections, snippet }: Pick<AdminDocument, "connections" | "snippet">,
): AdminDocument {
  // Nothing was ever written in a document that has no log.
  const { title, bytes } = known ?? (seq === 0 ? NOTHING : UNKNOWN);
  return {
    id,
    title,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    bytes,
    connections,
    deletedAt: deletedAt === null ? null : new Date(deletedAt).toISOString(),
    ...(snippet !== undefined && { snippet }),
  };
}

function usage({ store, attachments, readings }: AdminOptions): RequestHandler {
  return async (_request, response) => {
    const [totals, images] = await Promise.all([store.totals(), attachments.totals()]);
    const { documents, inTrash, links, edits, bytes } = totals;
    const answer: Usage = {
      documents: documents - inTrash,
      inTrash,
      links,
      edits,
      databaseBytes: bytes,
      attachments: images,
      connections: readings.connections(),
      rooms: readings.rooms(),
      memoryBytes: memoryUsage.rss(),
      uptimeSeconds: Math.floor(performance.now() / 1000),
      version: VERSION,
    };
    response.json(answer);
  };
}

/** When it answers it is on disk, and everybody who was connected has been told. */
function remove(options: AdminOptions): RequestHandler<{ id: string }> {
  const { store, gatekeeper, webhooks, rooms, trash, now } = options;
  return async (request, response) => {
    const { purge } = parseQuery(AdminDeleteQuery, request);
    const [document] = await store.describe([request.params.id]);
    if (!document) throw new AppError("unknown", "There is no such document.");
    const { id, deletedAt } = document;
    if (deletedAt === null) {
      await store.setDeleted(id, now());
      await gatekeeper.documentChanged(id);
      await webhooks.moved(id);
    }
    if (purge === "true") await rooms.without(id, () => trash.purge(id));
    response.status(204).end();
  };
}

/** Whoever goes away before its end ends it. */
function exportAll(options: AdminOptions): RequestHandler {
  return async (request, response) => {
    const { trash } = parseQuery(AdminExportQuery, request);
    const day = new Date(options.now()).toISOString().slice(0, 10);
    response.type("application/zip");
    response.set("Content-Disposition", `attachment; filename="quire-${day}.zip"`);
    try {
      if (request.method === "HEAD") response.end();
      else await writeArchive(options, { withTrash: trash === "true" }, response);
    } catch (error) {
      if (!response.headersSent) throw error;
      response.destroy();
      options.logger.warn({ err: error }, "an export ended before it was whole");
    }
  };
}

/**
 * Composition root: builds the HTTP application around the documents, and takes
 * everything down again in the order that loses nothing.
 */
import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { type Administration, openAdministration } from "./administration.ts";
import { application } from "./application.ts";
import type { Config } from "./config.ts";
import { type Documents, type DocumentsTimes, openDocuments } from "./documents.ts";
import { Renderer } from "./export/renderer.ts";
import type { StreamTimes } from "./rest/event-stream.ts";
import { fileSearch } from "./search/search-home.ts";
import type { Storage } from "./storage.ts";
import { removeStrays } from "./stray-attachments.ts";
import { Trash } from "./trash.ts";
import { Webhooks, type WebhookTimes } from "./webhooks/webhooks.ts";
import { within } from "./within.ts";

/** How long shutting down waits for edits to reach the disk, in milliseconds. */
const SETTLE_MS = 6000;

/** How long HTTP requests under way may still take after that, in milliseconds. */
const FINISH_MS = 1000;

/** What is stored where must be given; all else of it has a default. */
type StorageParts = Pick<Storage, "store" | "attachments"> &
  Partial<Omit<Storage, "store" | "attachments">>;

export interface ServerOptions extends DocumentsTimes, StorageParts {
  readonly config: Config;
  readonly logger: Logger;
  /** The built page; undefined: REST and WebSocket only. */
  readonly pageDir?: string | undefined;
  /** Where Chromium is; undefined: no PDF can be made. */
  readonly chromium?: string | undefined;
  /** Default: events at most twice a second, a sign of life every 15 s, gone after 30 s without taking any. */
  readonly eventTimes?: StreamTimes;
  /** How long the head of a request may take to arrive, in milliseconds; default 10,000. */
  readonly requestHeadMs?: number;
  readonly webhooks?: WebhookTimes;
  /** Milliseconds since the Unix epoch; default `Date.now`. */
  readonly now?: () => number;
}

export interface Server {
  /** Where it listens, with the port it got. */
  readonly address: AddressInfo;
  /** Make everything durable and end; idempotent. False when edits had to be given up. */
  close(): Promise<boolean>;
}

interface Parts {
  readonly http: HttpServer;
  readonly documents: Documents;
  readonly trash: Trash;
  readonly renderer: Renderer;
  readonly webhooks: Webhooks;
  readonly administration: Administration | undefined;
  readonly drain: AbortController;
}

const REQUEST_HEAD_MS = 10_000;

/** For a whole request: a large document over a slow line takes its time. */
const REQUEST_MS = 300_000;

const EVENT_TIMES: StreamTimes = { paceMs: 500, heartbeatMs: 15_000, stuckMs: 30_000 };

/** Starts listening; rejects when the address cannot be had. The store is closed with the server. */
export async function listen(options: ServerOptions): Promise<Server> {
  const parts = compose(options);
  await removeStrays({ ...options, store: parts.documents.store });
  const { http } = parts;
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(options.config.port, options.config.host, resolve);
  });
  http.on("error", (error) => options.logger.error({ err: error }, "the HTTP server had an error"));
  let closing: Promise<boolean> | undefined;
  return {
    address: http.address() as AddressInfo,
    close: () => (closing ??= close(parts)),
  };
}

function compose(options: ServerOptions): Parts {
  const { config, attachments, logger, now = Date.now } = options;
  const documents = openDocuments({ ...options, now });
  const { store, gateway, redis } = documents;
  const webhooks = new Webhooks({ ...documents, ...options.webhooks });
  const trash = new Trash({
    store,
    logger,
    onPurged: async (documentId) => {
      await Promise.all([attachments.remove(documentId), administration?.forget(documentId)]);
    },
    now,
  });
  const { search = fileSearch(config.dataDir), eventTimes = EVENT_TIMES } = options;
  const common = { ...documents, attachments, webhooks };
  const administration = openAdministration({ ...common, trash, search });
  const renderer = new Renderer({ chromium: options.chromium });
  const drain = new AbortController();
  // A listener for each request that lasts.
  setMaxListeners(0, drain.signal);
  const lasting = { eventTimes, draining: drain.signal };
  const called = { ...common, ...lasting, renderer, redis: redis?.commands };
  const isDraining = () => drain.signal.aborted;
  const watched = { ...documents, bus: redis?.bus, isDraining };
  const app = application({ ...options, ...watched, documents: called, administration });
  // Any other protocol that is offered, such as h2c, is declined by answering in this one: RFC 9110, section 7.8.
  const http = createServer({ ...timeouts(options), shouldUpgradeCallback: isWebSocket }, app);
  http.on("upgrade", (request, socket, head) => gateway.upgrade(request, socket, head));
  return { http, documents, trash, renderer, webhooks, administration, drain };
}

/** A head that dribbles in, or a body, must not hold a connection for ever. Milliseconds. */
function timeouts({ requestHeadMs = REQUEST_HEAD_MS }: ServerOptions) {
  return {
    headersTimeout: requestHeadMs,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: Math.min(requestHeadMs, 2000),
  };
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Refuse what is new, save and acknowledge what came in, then say goodbye. */
async function close(parts: Parts): Promise<boolean> {
  const { http, documents, trash, renderer, webhooks, administration, drain } = parts;
  const { gateway, rooms, cluster, limits, redis, uses, store } = documents;
  drain.abort();
  const closed = new Promise((resolve) => http.close(resolve));
  http.closeIdleConnections();
  gateway.drain();
  const told = webhooks.close();
  const isSaved = await within(SETTLE_MS, rooms.drain());
  await gateway.close();
  await within(FINISH_MS, rooms.close());
  await within(FINISH_MS, Promise.resolve(cluster?.close()));
  if (!(await within(FINISH_MS, closed))) http.closeAllConnections();
  await renderer.close();
  await administration?.close();
  await within(FINISH_MS, trash.close());
  await uses.flush();
  await told;
  limits.close();
  await redis?.close();
  await store.close();
  return isSaved;
}

/**
 * Composition root: builds the rooms, the HTTP application and the gateway on a
 * store, and takes them down again in the order that loses nothing.
 */
import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import type { Attachments } from "../persistence/attachments.ts";
import type { Store } from "../persistence/store.ts";
import { type Administration, openAdministration } from "./administration.ts";
import { application } from "./application.ts";
import { Claims } from "./access/claims.ts";
import { Gatekeeper } from "./access/gatekeeper.ts";
import { LinkUses } from "./access/link-uses.ts";
import { Backlog } from "./backlog.ts";
import type { Bus } from "./bus.ts";
import { encodeBusMessage } from "./bus-message.ts";
import { Changes } from "./changes.ts";
import { Cluster, type Sharing } from "./cluster.ts";
import type { Config } from "./config.ts";
import type { HeartbeatTimes } from "./connection.ts";
import { Renderer } from "./export/renderer.ts";
import { Gateway } from "./gateway.ts";
import { Line } from "./line.ts";
import { Metrics } from "./metrics.ts";
import { patient } from "./patient-store.ts";
import type { StreamTimes } from "./rest/event-stream.ts";
import { Rooms } from "./rooms.ts";
import { SocketLimits } from "./socket-limits.ts";
import { StoreHealth } from "./store-health.ts";
import { removeStrays } from "./stray-attachments.ts";
import { Trash } from "./trash.ts";
import { Webhooks, type WebhookTimes } from "./webhooks/webhooks.ts";
import { within } from "./within.ts";

/** How long shutting down waits for edits to reach the disk, in milliseconds. */
const SETTLE_MS = 6000;

/** How long HTTP requests under way may still take after that, in milliseconds. */
const FINISH_MS = 1000;

export interface ServerOptions {
  readonly config: Config;
  readonly store: Store;
  /** With these it is one node of several; undefined: it is the only one. */
  readonly sharing?: Sharing | undefined;
  readonly attachments: Attachments;
  readonly logger: Logger;
  /** The built page; undefined: REST and WebSocket only. */
  readonly pageDir?: string | undefined;
  /** Where Chromium is; undefined: no PDF can be made. */
  readonly chromium?: string | undefined;
  /** Default: ping every 15 s, data every 10 s, gone after 30 s of silence. */
  readonly heartbeat?: HeartbeatTimes;
  /** Default: events at most twice a second, a sign of life every 15 s, gone after 30 s without taking any. */
  readonly eventTimes?: StreamTimes;
  /** Bytes of edits that may wait for the disk before nothing more is read; default 32 MiB. */
  readonly maxBacklogBytes?: number;
  /** How long a question to the store may wait for its answer, in milliseconds; default 10,000. */
  readonly storeAnswerMs?: number;
  /** How long an edit by REST may wait for the disk, in milliseconds; default 10,000. */
  readonly ownEditMs?: number;
  /** How long the head of a request may take to arrive, in milliseconds; default 10,000. */
  readonly requestHeadMs?: number;
  /** How long a room that nobody uses stays open, in milliseconds; default 30,000. */
  readonly idleRoomMs?: number;
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
  readonly gateway: Gateway;
  readonly rooms: Rooms;
  readonly uses: LinkUses;
  readonly trash: Trash;
  readonly renderer: Renderer;
  readonly webhooks: Webhooks;
  readonly administration: Administration | undefined;
  readonly store: Store;
  readonly cluster: Cluster | undefined;
  readonly bus: Bus | undefined;
  readonly drain: AbortController;
}

const ACCESS_CHANGED = encodeBusMessage({ type: "access" });

const STORE_ANSWER_MS = 10_000;

const REQUEST_HEAD_MS = 10_000;

/** For a whole request: a large document over a slow line takes its time. */
const REQUEST_MS = 300_000;

const BACKLOG_BYTES = 32 * 1024 * 1024;

const EVENT_TIMES: StreamTimes = { paceMs: 500, heartbeatMs: 15_000, stuckMs: 30_000 };

const HEARTBEAT: HeartbeatTimes = { pingMs: 15_000, dataMs: 10_000, silentMs: 30_000 };

/** Starts listening; rejects when the address cannot be had. The store is closed with the server. */
export async function listen(options: ServerOptions): Promise<Server> {
  const parts = compose(options);
  await removeStrays({ ...options, store: parts.store });
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
  const health = new StoreHealth();
  const { sharing, storeAnswerMs = STORE_ANSWER_MS } = options;
  const bus = sharing?.bus;
  const shared = sharing && patient(sharing.store, health, storeAnswerMs);
  const store = shared ?? patient(options.store, health, storeAnswerMs);
  const backlog = new Backlog(options.maxBacklogBytes ?? BACKLOG_BYTES);
  const changes = new Changes();
  const uses = new LinkUses(store, logger);
  const gatekeeper = new Gatekeeper(store, uses, now, (id) => bus?.publish(id, ACCESS_CHANGED));
  const lineFor =
    bus && ((id: string) => new Line(bus, id, () => void gatekeeper.changedElsewhere(id)));
  const claims = new Claims(store, now);
  const { idleRoomMs: idleMs = 30_000, heartbeat = HEARTBEAT } = options;
  const readings = {
    connections: () => gateway.connections,
    rooms: () => rooms.size,
    backlogBytes: () => backlog.bytes,
  };
  const metrics = new Metrics(readings);
  const limits = new SocketLimits(config);
  const common = { ...config, store, health, logger, now };
  const { ownEditMs = STORE_ANSWER_MS } = options;
  const ofRooms = { backlog, changes, metrics, idleMs, ownEditMs, shared, lineFor };
  const rooms = new Rooms({ ...common, ...ofRooms });
  const cluster = bus && shared && new Cluster({ gatekeeper, rooms, logger, store: shared });
  const gateway = new Gateway({ ...common, limits, gatekeeper, uses, rooms, backlog, heartbeat });
  const webhooks = new Webhooks({ ...common, ...options.webhooks, rooms, changes, metrics });
  const trash = new Trash({
    store,
    logger,
    onPurge: (documentId) => attachments.remove(documentId),
    onPurged: async (documentId) => administration?.forget(documentId),
    now,
  });
  const parts = { ...common, changes, attachments, gatekeeper, rooms, webhooks };
  const administration = openAdministration({ ...parts, trash, readings });
  const renderer = new Renderer({ chromium: options.chromium });
  const drain = new AbortController();
  // A listener for each request that lasts.
  setMaxListeners(0, drain.signal);
  const { eventTimes = EVENT_TIMES } = options;
  const lasting = { eventTimes, draining: drain.signal, limits };
  const documents = { ...parts, ...lasting, claims, uses, renderer };
  const isDraining = () => drain.signal.aborted;
  const app = application({ ...options, documents, administration, health, metrics, isDraining });
  // Any other protocol that is offered, such as h2c, is declined by answering in this one: RFC 9110, section 7.8.
  const http = createServer({ ...timeouts(options), shouldUpgradeCallback: isWebSocket }, app);
  http.on("upgrade", (request, socket, head) => gateway.upgrade(request, socket, head));
  const ending = { uses, trash, renderer, webhooks, administration, store };
  return { http, gateway, rooms, drain, cluster, bus, ...ending };
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
  const { http, gateway, rooms, uses, trash, renderer, webhooks, administration, store, drain } =
    parts;
  const { cluster, bus } = parts;
  drain.abort();
  const closed = new Promise((resolve) => http.close(resolve));
  http.closeIdleConnections();
  gateway.drain();
  const told = webhooks.close();
  const isSaved = await within(SETTLE_MS, rooms.drain());
  await gateway.close();
  await within(FINISH_MS, rooms.close());
  await within(FINISH_MS, Promise.all([cluster?.close(), bus?.close()]));
  if (!(await within(FINISH_MS, closed))) http.closeAllConnections();
  await renderer.close();
  await administration?.close();
  await within(FINISH_MS, trash.close());
  await uses.flush();
  await told;
  await store.close();
  return isSaved;
}

/**
 * The documents as they are open in this process: the rooms, who may enter them, the sockets, and
 * the ties to other nodes if there are any. Composed here; knows no HTTP but the upgrade.
 */
import type { Logger } from "pino";
import { Claims } from "./access/claims.ts";
import { Gatekeeper } from "./access/gatekeeper.ts";
import { LinkUses } from "./access/link-uses.ts";
import { Backlog } from "./backlog.ts";
import type { Bus } from "./bus.ts";
import { encodeBusMessage } from "./bus-message.ts";
import { Changes } from "./changes.ts";
import { Cluster } from "./cluster.ts";
import type { Config } from "./config.ts";
import type { HeartbeatTimes } from "./connection.ts";
import { Gateway } from "./gateway.ts";
import { Line } from "./line.ts";
import { Metrics } from "./metrics.ts";
import { patient } from "./patient-store.ts";
import { Rooms } from "./rooms.ts";
import { SharedHealth } from "./shared-health.ts";
import { SocketLimits } from "./socket-limits.ts";
import type { Storage } from "./storage.ts";
import { StoreHealth } from "./store-health.ts";

/** How the documents behave; each has a default. */
export interface DocumentsTimes {
  /** Default: ping every 15 s, data every 10 s, gone after 30 s of silence. */
  readonly heartbeat?: HeartbeatTimes;
  /** Bytes of edits that may wait for the disk before nothing more is read; default 32 MiB. */
  readonly maxBacklogBytes?: number;
  /** How long a question to the store may wait for its answer, in milliseconds; default 10,000. */
  readonly storeAnswerMs?: number;
  /** How long an edit by REST may wait for the disk, in milliseconds; default 10,000. */
  readonly ownEditMs?: number;
  /** How long a room that nobody uses stays open, in milliseconds; default 30,000. */
  readonly idleRoomMs?: number;
}

export interface DocumentsOptions
  extends DocumentsTimes, Pick<Storage, "store">, Partial<Pick<Storage, "shared" | "redis">> {
  readonly config: Config;
  readonly logger: Logger;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** What the rest of the server is built around. */
export type Documents = ReturnType<typeof openDocuments>;

const STORE_ANSWER_MS = 10_000;

const BACKLOG_BYTES = 32 * 1024 * 1024;

const HEARTBEAT: HeartbeatTimes = { pingMs: 15_000, dataMs: 10_000, silentMs: 30_000 };

const ACCESS_CHANGED = encodeBusMessage({ type: "access" });

/** Nobody is in them yet. */
export function openDocuments(options: DocumentsOptions) {
  const { config, logger, now, redis, storeAnswerMs = STORE_ANSWER_MS } = options;
  const health = new StoreHealth();
  const shared = options.shared && patient(options.shared, health, storeAnswerMs);
  const store = shared ?? patient(options.store, health, storeAnswerMs);
  const changes = new Changes();
  const uses = new LinkUses(store, logger);
  const gatekeeper = new Gatekeeper(store, uses, now, (id) =>
    redis?.bus.publish(id, ACCESS_CHANGED),
  );
  const claims = new Claims({ store, redis: redis?.commands, now });
  const backlog = new Backlog(options.maxBacklogBytes ?? BACKLOG_BYTES);
  const readings = {
    connections: () => gateway.connections,
    rooms: () => rooms.size,
    backlogBytes: () => backlog.bytes,
  };
  const metrics = new Metrics(readings);
  if (redis) metrics.watchBus(redis.bus);
  const together = redis && { redis: redis.commands, nodeId: redis.bus.nodeId };
  const limits = new SocketLimits({ ...config, together });
  const common = { ...config, store, health, logger, now };
  const { idleRoomMs: idleMs = 30_000, ownEditMs = STORE_ANSWER_MS } = options;
  const lineTo = (bus: Bus, documentId: string) => {
    const onAccess = () => void gatekeeper.changedElsewhere(documentId);
    return new Line({ bus, documentId, logger, onAccess });
  };
  const lineFor = redis && ((id: string) => lineTo(redis.bus, id));
  const times = { idleMs, ownEditMs };
  const rooms = new Rooms({ ...common, backlog, changes, metrics, ...times, shared, lineFor });
  const told = redis ? new SharedHealth(health, redis.bus) : health;
  const { heartbeat = HEARTBEAT } = options;
  const entrance = { limits, gatekeeper, uses, rooms, backlog, heartbeat, health: told };
  const gateway = new Gateway({ ...common, ...entrance });
  const cluster = shared && new Cluster({ gatekeeper, rooms, logger, store: shared });
  const parts = { changes, uses, gatekeeper, claims, readings, metrics, limits, rooms, gateway };
  return { ...common, ...parts, cluster, redis };
}

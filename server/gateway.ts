/**
 * The way in for WebSockets: takes HTTP upgrades on `/ws/doc/:id`, refuses what
 * is wrong with the request at the upgrade and what is wrong with token or
 * document by a close code, and connects the rest to their rooms.
 */
import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import { demand } from "./access/access.ts";
import type { Admission, Gatekeeper, Holder } from "./access/gatekeeper.ts";
import type { LinkUses } from "./access/link-uses.ts";
import { addressOf } from "./address.ts";
import type { Backlog } from "./backlog.ts";
import { Connection, type HeartbeatTimes } from "./connection.ts";
import { AppError } from "./errors.ts";
import type { PaceLimits } from "./pace.ts";
import type { Lease, Rooms } from "./rooms.ts";
import { Session } from "./session.ts";
import type { Health } from "./shared-health.ts";
import type { SocketLimits } from "./socket-limits.ts";

const DOCUMENT_PATH = /^\/ws\/doc\/([\w-]+)$/;

/** How long sockets get to answer the close frame at a restart, in milliseconds. */
const FAREWELL_MS = 1000;

export interface GatewayOptions extends PaceLimits {
  readonly limits: SocketLimits;
  readonly gatekeeper: Gatekeeper;
  readonly uses: LinkUses;
  readonly rooms: Rooms;
  readonly health: Health;
  readonly backlog: Backlog;
  readonly logger: Logger;
  /** Bytes of one frame; 0: no limit. */
  readonly maxMessageBytes: number;
  /** Origins that may connect besides the host asked. */
  readonly allowedOrigins: readonly string[];
  /** Proxies in front that are believed. */
  readonly trustProxy: number;
  readonly heartbeat: HeartbeatTimes;
  readonly now: () => number;
}

/** What the address of an upgrade asks for. */
interface Request {
  readonly documentId: string;
  readonly token: string | undefined;
  readonly acknowledge: boolean;
  /** Epoch of the copy that the client holds. */
  readonly epoch: number | undefined;
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #heart: NodeJS.Timeout;
  #draining = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.maxMessageBytes,
    });
    const { pingMs, dataMs, silentMs } = options.heartbeat;
    // Thrice as often as the shortest of them, so that none comes late by more than a third.
    const beatMs = Math.max(1, Math.min(pingMs, dataMs, silentMs) / 3);
    options.backlog.watch((isTooLong) => this.#throttle(isTooLong));
    this.#heart = setInterval(() => this.#beat(), beatMs);
    this.#heart.unref();
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Listener for the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refusal = this.#refusal(request);
    if (refusal) return refuseUpgrade(socket, refusal);
    void this.#arrive({ request, socket, head });
  }

  /** Take in nothing more and refuse newcomers; open sockets stay for their acknowledgements. */
  drain(): void {
    this.#draining = true;
    for (const connection of this.#connections) connection.pause("drain");
  }

  /** Close every socket with 1012; those that do not answer are cut off. Idempotent. */
  async close(): Promise<void> {
    this.drain();
    clearInterval(this.#heart);
    for (const connection of this.#connections) connection.end();
    const deadline = setTimeout(() => this.#terminateAll(), FAREWELL_MS);
    await Promise.all([...this.#connections].map((connection) => connection.closed));
    clearTimeout(deadline);
    this.#server.close();
  }

  #refusal({ url = "", headers }: IncomingMessage): number | undefined {
    if (!DOCUMENT_PATH.test(pathOf(url))) return 404;
    if (!this.#isAllowed(headers.origin, headers.host)) return 403;
    return this.#draining ? 503 : undefined;
  }

  /** Programs send no Origin; a page's must be of the host it asks, or be named in the settings. */
  #isAllowed(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.#options.allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  /** The token is looked at before the handshake ends, since limits can only be told until then. */
  async #arrive({ request, socket, head }: Arrival): Promise<void> {
    const asked = parse(request);
    const admitted = await this.#admit(asked);
    const { limits, trustProxy } = this.#options;
    const leave = await limits.enter(addressOf(request, trustProxy), asked.documentId);
    if (!leave) return refuseUpgrade(socket, 429);
    socket.once("close", leave);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      void this.#connect(webSocket, asked, admitted);
    });
    if (socket.destroyed) leave();
  }

  async #admit({ documentId, token }: Request): Promise<Admission | AppError> {
    const { gatekeeper, backlog } = this.#options;
    if (backlog.isTooLong) {
      return new AppError("overload", "Edits cannot be stored at the moment.");
    }
    return gatekeeper.admit(documentId, token).catch((error: unknown) => this.#asRefusal(error));
  }

  async #connect(
    webSocket: WebSocket,
    asked: Request,
    admitted: Admission | AppError,
  ): Promise<void> {
    const connection = new Connection(webSocket, { ...this.#options, pace: this.#options });
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    try {
      if (admitted instanceof AppError) throw admitted;
      await this.#seat(connection, asked, admitted);
    } catch (error) {
      connection.close(this.#asRefusal(error));
    }
  }

  async #seat(connection: Connection, asked: Request, admission: Admission): Promise<void> {
    const { gatekeeper, rooms, health, uses, now } = this.#options;
    const { grant } = admission;
    demand(grant, "read");
    const lease = await rooms.open(asked.documentId);
    try {
      checkEpoch(asked, lease);
      const { acknowledge } = asked;
      const hold = (holder: Holder) => gatekeeper.hold(admission, holder);
      if (this.#draining) connection.pause("drain");
      else if (this.#options.backlog.isTooLong) connection.pause("backlog");
      const started = connection.start(
        (peer) => new Session({ peer, grant, hold, lease, health, acknowledge }),
      );
      if (started) uses.used(grant.linkId, now());
      else lease.release();
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** The disk is behind: read nothing more until it has caught up. */
  #throttle(isTooLong: boolean): void {
    if (this.#draining) return;
    for (const connection of this.#connections) {
      if (isTooLong) connection.pause("backlog");
      else connection.unpause("backlog");
    }
  }

  #asRefusal(error: unknown): AppError {
    if (error instanceof AppError) return error;
    this.#options.logger.error({ err: error }, "a socket could not be connected");
    return new AppError("overload", "The server cannot do that at the moment.", { cause: error });
  }

  #beat(): void {
    for (const connection of this.#connections) connection.beat(this.#options.heartbeat);
  }

  #terminateAll(): void {
    for (const connection of this.#connections) connection.terminate();
  }
}

function checkEpoch({ epoch }: Request, { room }: Lease): void {
  if (epoch === undefined || epoch === room.epoch) return;
  throw new AppError("epoch", "Keep the old copy as a draft and load the document anew.");
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}

function parse({ url = "" }: IncomingMessage): Request {
  const query = new URLSearchParams(url.slice(pathOf(url).length));
  const epoch = query.get("epoch");
  return {
    documentId: DOCUMENT_PATH.exec(pathOf(url))?.[1] ?? "",
    token: query.get("token") ?? undefined,
    acknowledge: query.get("ack") === "1",
    epoch: epoch === null ? undefined : Number(epoch),
  };
}

function refuseUpgrade(socket: Duplex, status: number): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Length: 0",
  ];
  // The other side may keep its half open for ever.
  socket.once("finish", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n`);
}

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
import { can } from "./access/access.ts";
import type { Gatekeeper } from "./access/gatekeeper.ts";
import type { Backlog } from "./backlog.ts";
import { Connection, type HeartbeatTimes } from "./connection.ts";
import { AppError } from "./errors.ts";
import type { Lease, Rooms } from "./rooms.ts";
import { Session } from "./session.ts";
import type { StoreHealth } from "./store-health.ts";

const DOCUMENT_PATH = /^\/ws\/doc\/([\w-]+)$/;

/** How long sockets get to answer the close frame at a restart, in milliseconds. */
const FAREWELL_MS = 1000;

export interface GatewayOptions {
  readonly gatekeeper: Gatekeeper;
  readonly rooms: Rooms;
  readonly health: StoreHealth;
  readonly backlog: Backlog;
  readonly logger: Logger;
  /** Bytes of one frame; 0: no limit. */
  readonly maxMessageBytes: number;
  /** Origins that may connect besides the host asked. */
  readonly allowedOrigins: readonly string[];
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
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      void this.#connect(webSocket, parse(request));
    });
  }

  /** Take in nothing more and refuse newcomers; open sockets stay for their acknowledgements. */
  drain(): void {
    this.#draining = true;
    for (const connection of this.#connections) connection.pause();
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

  async #connect(webSocket: WebSocket, request: Request): Promise<void> {
    const connection = new Connection(webSocket, this.#options.now);
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    try {
      await this.#admit(connection, request);
    } catch (error) {
      connection.close(this.#asRefusal(error));
    }
  }

  async #admit(connection: Connection, request: Request): Promise<void> {
    const { gatekeeper, rooms, health, backlog } = this.#options;
    if (backlog.isTooLong) throw new AppError("overload", "Edits cannot be stored at the moment.");
    const grant = await gatekeeper.admit(request.documentId, request.token);
    if (!can(grant.role, "read")) throw new AppError("role", "This link does not let you read.");
    const lease = await rooms.open(request.documentId);
    try {
      checkEpoch(request, lease);
      const { acknowledge } = request;
      const started = connection.start(
        (peer) => new Session({ peer, grant, lease, health, acknowledge }),
      );
      if (!started) lease.release();
    } catch (error) {
      lease.release();
      throw error;
    }
    if (this.#draining || backlog.isTooLong) connection.pause();
  }

  /** The disk is behind: read nothing more until it has caught up. */
  #throttle(isTooLong: boolean): void {
    if (this.#draining) return;
    for (const connection of this.#connections) {
      if (isTooLong) connection.pause();
      else connection.unpause();
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
  socket.end(`${head.join("\r\n")}\r\n\r\n`);
}

/**
 * The servers that are measured: how each is started, where a document is, and how it
 * speaks the y-websocket messages. Knows no measurement.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as encoding from "lib0/encoding";

export type PeerName = "relay" | "y-ws" | "y-ws+ldb" | "hocuspocus" | "quire";

/** Where a document is and what is said there. */
export interface Place {
  /** Path and query of the WebSocket. */
  readonly path: string;
  /** Stands before every message, both ways. */
  readonly prefix: Uint8Array;
  /** What a client says before anything else. */
  readonly hello: readonly Uint8Array[];
}

/** What node is given, flags first, and with which settings. */
export interface Command {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

/** What all nodes of a server share. */
export interface Shared {
  /** Of an empty database of Postgres. */
  readonly databaseUrl: string;
  /** Of an empty Redis. */
  readonly redisUrl: string;
}

export interface Peer {
  readonly name: PeerName;
  /** To keep its data in a folder. */
  start(dataDir: string): Command;
  /** As one of several nodes; absent where there can be but one. */
  startNode?(shared: Shared, nodeId: string, dataDir: string): Command;
  /** A new document on the server at `url`. */
  create(url: string): Promise<Place>;
  /** Whether it speaks Yjs: asks, answers, keeps documents. */
  readonly isYjs: boolean;
  /** Whether documents outlive the process. */
  readonly isDurable: boolean;
}

const NOTHING = new Uint8Array(0);

/** Every limit off: the load comes from one address, and faster than people type. */
const UNLIMITED = {
  MAX_CREATES_PER_MINUTE: "0",
  MAX_SOCKETS_PER_ADDRESS: "0",
  MAX_SOCKETS_PER_DOC: "0",
  MAX_FRAMES_PER_SECOND: "0",
  MAX_BYTES_PER_SECOND: "0",
  MAX_DOC_BYTES: "0",
};

let documents = 0;

function byName(): Place {
  return { path: `/bench-${documents++}`, prefix: NOTHING, hello: [] };
}

/** @see Hocuspocus' common/src/auth.ts: each message is addressed, and the first one says who asks. */
function addressed(): Place {
  const prefix = encoding.encode((encoder) =>
    encoding.writeVarString(encoder, `bench-${documents++}`),
  );
  const hello = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 2);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, "token");
    encoding.writeVarString(encoder, "4.7.0");
  });
  return { path: "/", prefix, hello: [hello] };
}

/** With its edit link, and acknowledgements asked for. */
async function created(url: string): Promise<Place> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${url}/api/documents`, { method: "POST", headers, body: "{}" });
  const { id, links } = (await answer.json()) as { id: string; links: { token: string }[] };
  return { path: `/ws/doc/${id}?token=${links[0]?.token}&ack=1`, prefix: NOTHING, hello: [] };
}

function ownSettings(dataDir: string): Record<string, string> {
  const place = { PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir };
  return { ...UNLIMITED, ...place, LOG_LEVEL: "error" };
}

function sharedSettings({ databaseUrl, redisUrl }: Shared): Record<string, string> {
  return { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
}

/** As `npm start` does it: what stands after `exec node` there. */
function asStarted(): readonly string[] {
  const root = new URL("../", import.meta.url);
  const { scripts } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
    scripts: { start: string };
  };
  const [, , ...words] = scripts.start.split(" ");
  return words.map((word) => (word.endsWith(".ts") ? fileURLToPath(new URL(word, root)) : word));
}

function script(name: string): string {
  return fileURLToPath(new URL(`servers/${name}.mjs`, import.meta.url));
}

export const PEERS: readonly Peer[] = [
  {
    name: "relay",
    start: () => ({ args: [script("relay")], env: {} }),
    create: async () => byName(),
    isYjs: false,
    isDurable: false,
  },
  {
    name: "y-ws",
    start: () => ({ args: [script("y-websocket")], env: {} }),
    create: async () => byName(),
    isYjs: true,
    isDurable: false,
  },
  {
    name: "y-ws+ldb",
    start: (dataDir) => ({ args: [script("y-websocket")], env: { YPERSISTENCE: dataDir } }),
    create: async () => byName(),
    isYjs: true,
    isDurable: true,
  },
  {
    name: "hocuspocus",
    start: (dataDir) => ({
      args: [script("hocuspocus")],
      env: { DATABASE: join(dataDir, "documents.sqlite") },
    }),
    startNode: (shared) => ({ args: [script("hocuspocus-node")], env: sharedSettings(shared) }),
    create: async () => addressed(),
    isYjs: true,
    isDurable: true,
  },
  {
    name: "quire",
    start: (dataDir) => ({ args: asStarted(), env: ownSettings(dataDir) }),
    startNode: (shared, nodeId, dataDir) => ({
      args: asStarted(),
      env: { ...ownSettings(dataDir), ...sharedSettings(shared), NODE_ID: nodeId },
    }),
    create: created,
    isYjs: true,
    isDurable: true,
  },
];

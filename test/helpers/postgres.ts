/**
 * A Postgres of the tests' own, with the settings that it has out of the box: it syncs, in a
 * temporary folder, at a free port. One for a test file will do: each test takes a database.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chown } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { Daemon, type Owner } from "./daemon.ts";
import { freePort } from "./free-port.ts";
import { HOW_TO_GET_POSTGRES, postgresPath } from "./postgres-path.ts";
import { programScope, type Scope } from "./scope.ts";
import { temporaryFolder } from "./temporary.ts";

export interface TestPostgres {
  /** Of a database of its own, by a user that owns it and may do nothing else. */
  readonly url: string;
  /** Another one, empty. */
  createDatabase(): Promise<string>;
  /** With SIGKILL, all its processes. */
  kill(): Promise<void>;
  /** `fast` closes all connections and says goodbye to the disk, `immediate` leaves that to the next start. */
  stop(mode?: "fast" | "immediate"): Promise<void>;
  /** After one of these; resolves once it serves. */
  start(): Promise<void>;
  /** It stands still, its connections stay open. */
  pause(): void;
  resume(): void;
}

const USER = "quire";

export async function startPostgres(t: Scope): Promise<TestPostgres> {
  const scope = programScope();
  t.after(() => scope.end());
  const bin = postgresPath();
  if (bin === undefined) throw new Error(HOW_TO_GET_POSTGRES);
  const folder = await newCluster(scope, bin);
  const port = await freePort();
  const address = (user: string, database: string) =>
    `postgres://${user}@127.0.0.1:${port}/${database}`;
  const admin = address("postgres", "postgres");
  const daemon = new Daemon(scope, {
    command: [join(bin, "postgres"), ...settings(folder, port)],
    isReady: () => ask(admin, "SELECT 1"),
    owner: unprivileged(),
    // SIGKILL would leave its shared memory behind.
    endSignal: "SIGQUIT",
  });
  await daemon.start();
  await ask(admin, `CREATE ROLE ${USER} LOGIN`);
  let databases = 0;
  const createDatabase = async () => {
    const name = `quire_${++databases}`;
    await ask(admin, `CREATE DATABASE ${name} OWNER ${USER}`);
    return address(USER, name);
  };
  return {
    url: await createDatabase(),
    createDatabase,
    kill: () => daemon.kill(),
    stop: (mode = "fast") => daemon.stop(mode === "fast" ? "SIGINT" : "SIGQUIT"),
    start: () => daemon.start(),
    pause: () => daemon.pause(),
    resume: () => daemon.resume(),
  };
}

/** The folder of a new one, before its first start. */
async function newCluster(scope: Scope, bin: string): Promise<string> {
  const owner = unprivileged();
  const folder = await temporaryFolder(scope);
  if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid ?? owner.uid);
  const data = join(folder, "data");
  const options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"];
  await promisify(execFile)(join(bin, "initdb"), ["--pgdata", data, "--no-sync", ...options], {
    ...owner,
    cwd: folder,
  });
  return data;
}

function settings(folder: string, port: number): string[] {
  const given = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    port,
    // In its folder, so that nothing of it is left when it was killed.
    dynamic_shared_memory_type: "mmap",
  };
  const each = Object.entries(given).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", folder, ...each];
}

/** Postgres refuses to run as root: then it is the user that its package made. */
function unprivileged(): Owner {
  if (process.getuid?.() !== 0) return {};
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  if (!entry) throw new Error("there is no user postgres to run Postgres as");
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}

/** By a connection of its own. */
async function ask(connectionString: string, question: string): Promise<true> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5000 });
  // What happens to an idle connection is told by its questions.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(question);
    return true;
  } finally {
    await client.end();
  }
}

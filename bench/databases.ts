/**
 * The Postgres and the Redis that the nodes of one measurement share: fresh, with the settings
 * that they have out of the box, on the servers' core, and what they have done so far.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createClient, type RedisClientType } from "@redis/client";
import { Client } from "pg";
import { startPostgres } from "../test/helpers/postgres.ts";
import { startRedis } from "../test/helpers/redis.ts";
import type { Scope } from "../test/helpers/scope.ts";
import type { Shared } from "./peers.ts";
import { childrenOf, cpuOf, familyCpu, parentOf } from "./process-times.ts";
import { HAS_TWO_CORES, SERVER_CORE } from "./server-process.ts";

/** What both have done since they were started. */
export interface Counts {
  /** Bytes of Postgres' write-ahead log. */
  readonly wal: number;
  /** Transactions that wrote something. */
  readonly commits: number;
  /** Bytes of everything that the database holds, indexes and dead rows included. */
  readonly stored: number;
  /** Bytes that came to Redis, of all its connections. */
  readonly busIn: number;
  readonly busOut: number;
}

/** Postgres numbers only the transactions that write. */
const COUNTS = `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS wal,
  txid_snapshot_xmax(txid_current_snapshot())::float8 AS commits,
  pg_database_size(current_database())::float8 AS stored`;

export class Databases {
  readonly shared: Shared;
  readonly #postgres: Client;
  readonly #redis: RedisClientType;
  readonly #postmaster: number;
  readonly #redisServer: number;

  private constructor(
    shared: Shared,
    clients: { readonly postgres: Client; readonly redis: RedisClientType },
    processes: { readonly postmaster: number; readonly redisServer: number },
  ) {
    this.shared = shared;
    this.#postgres = clients.postgres;
    this.#redis = clients.redis;
    this.#postmaster = processes.postmaster;
    this.#redisServer = processes.redisServer;
  }

  static async start(scope: Scope): Promise<Databases> {
    const [{ url: databaseUrl }, { url: redisUrl }] = await Promise.all([
      startPostgres(scope),
      startRedis(scope),
    ]);
    const postgres = new Client({ connectionString: databaseUrl });
    const redis: RedisClientType = createClient({ url: redisUrl });
    await Promise.all([postgres.connect(), redis.connect()]);
    scope.after(() => Promise.all([postgres.end(), redis.close()]));
    const processes = {
      postmaster: await postmasterOf(postgres),
      redisServer: Number(fieldOf(await redis.info("server"), "process_id")),
    };
    for (const pid of Object.values(processes)) await toServerCore(pid);
    return new Databases({ databaseUrl, redisUrl }, { postgres, redis }, processes);
  }

  /** Processor time of all of Postgres so far, in microseconds. */
  postgresCpu(): number {
    return familyCpu(this.#postmaster);
  }

  /** Of all of Redis' threads. */
  redisCpu(): number {
    return cpuOf(this.#redisServer);
  }

  async counts(): Promise<Counts> {
    const { rows } = await this.#postgres.query<Pick<Counts, "wal" | "commits" | "stored">>(COUNTS);
    const stats = await this.#redis.info("stats");
    const [row] = rows;
    if (!row) throw new Error("Postgres tells nothing of itself");
    return {
      ...row,
      busIn: Number(fieldOf(stats, "total_net_input_bytes")),
      busOut: Number(fieldOf(stats, "total_net_output_bytes")),
    };
  }
}

async function postmasterOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const [row] = rows;
  if (!row) throw new Error("Postgres does not tell its process");
  return parentOf(row.pid);
}

/** A process and what it has started so far, with all their threads; what it starts later follows it. */
async function toServerCore(pid: number): Promise<void> {
  if (!HAS_TWO_CORES) return;
  for (const each of [pid, ...childrenOf(pid)]) {
    await promisify(execFile)("taskset", ["-acp", String(SERVER_CORE), String(each)]);
  }
}

function fieldOf(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\r?$`, "m").exec(info)?.[1];
}

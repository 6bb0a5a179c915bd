/**
 * The connections that answer questions: a small pool, statements that are planned once a
 * connection, and transactions. Knows no table. Rejects with StoreError alone.
 */
import { Client, type ClientBase, type ClientConfig, Pool, type PoolClient } from "pg";
import { type Address, configOf, CONNECT_MS, configure } from "./connection.ts";
import { StoreError } from "../store-error.ts";
import { isFromServer, isReadOnly, toStoreError } from "./postgres-error.ts";

/** Where statements run: each by itself on any connection, or one after another in a transaction. */
export interface Queries {
  /** What a statement answers. Its text must be one of few: each is kept prepared. */
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** How many rows a statement touched. */
  run(sql: string, values?: readonly unknown[]): Promise<number>;
}

/** How a transaction sees what others commit meanwhile: each statement anew, or none of it. */
export type Isolation = "read committed" | "repeatable read";

/** Connecting is bounded more tightly than waiting for a turn, for which pg has the same option. */
class BoundedClient extends Client {
  constructor(config?: ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_MS });
  }
}

/** Whoever gets no turn for so long has failed, in milliseconds. */
const TURN_MS = 10_000;

const names = new Map<string, string>();

/** Of the prepared statement. */
function nameOf(sql: string): string {
  const name = names.get(sql) ?? `quire ${names.size}`;
  names.set(sql, name);
  return name;
}

/**
 * Postgres has no place for U+0000 in a text, nor for half a character: they stand there, and are
 * looked for, as U+FFFD.
 */
export function storable(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed().replaceAll("\0", "\uFFFD");
  return Array.isArray(value) ? value.map(storable) : value;
}

/** On one connection. Throws what pg throws. */
class Session implements Queries {
  readonly #client: ClientBase;

  constructor(client: ClientBase) {
    this.#client = client;
  }

  async rows<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#ask(sql, values);
    return rows as Row[];
  }

  async run(sql: string, values: readonly unknown[] = []): Promise<number> {
    const { rowCount } = await this.#ask(sql, values);
    return rowCount ?? 0;
  }

  #ask(text: string, values: readonly unknown[]) {
    return this.#client.query({ name: nameOf(text), text, values: values.map(storable) });
  }
}

export class Database implements Queries {
  readonly #pool: Pool;
  readonly #running = new Set<Promise<unknown>>();

  /** @param connections How many at most. */
  constructor(address: Address, connections = 8) {
    this.#pool = new Pool({
      ...configOf(address),
      Client: BoundedClient,
      connectionTimeoutMillis: TURN_MS,
      max: connections,
      idleTimeoutMillis: 60_000,
      // Waited for, whatever its type says. As `verify` it would lose the connection to the pool where
      // the question that it was made for gives up meanwhile.
      onConnect: (client): unknown => configure(client, address),
    });
    // One that dies while it is idle is gone from the pool; there is nobody to tell.
    this.#pool.on("error", () => undefined);
  }

  rows<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.session((session) => session.rows<Row>(sql, values));
  }

  run(sql: string, values: readonly unknown[] = []): Promise<number> {
    return this.session((session) => session.run(sql, values));
  }

  /** All that the action does or, when it throws, nothing. */
  transaction<T>(
    action: (queries: Queries) => Promise<T>,
    isolation: Isolation = "read committed",
  ): Promise<T> {
    return this.session(async (session) => {
      await session.run(`BEGIN ISOLATION LEVEL ${isolation}`);
      try {
        const answer = await action(session);
        await session.run("COMMIT");
        return answer;
      } catch (error) {
        // Where this fails too the connection is broken, and the server has undone everything.
        await session.run("ROLLBACK");
        throw error;
      }
    });
  }

  /** Statements on one connection, which is nobody else's meanwhile. */
  session<T>(action: (session: Queries) => Promise<T>): Promise<T> {
    const running = this.#session(action).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** Resolves when what was asked has been answered. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#pool.end();
  }

  async #session<T>(action: (session: Queries) => Promise<T>): Promise<T> {
    let client: PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      const answer = await action(new Session(client));
      client.release();
      return answer;
    } catch (error) {
      // What the server or the action refuses leaves the connection as it was, anything else in any
      // state; and one that may not write never will.
      const isAsItWas = isFromServer(error) || error instanceof StoreError;
      client?.release(!isAsItWas || isReadOnly(error));
      throw toStoreError(error);
    }
  }
}

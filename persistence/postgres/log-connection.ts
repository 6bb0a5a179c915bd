/**
 * The one connection by which a node writes to the logs, one commit at a time: made when it is
 * needed, given up when it does not answer or takes no writes. Knows no table.
 */
import { Client } from "pg";
import { type Backend, backendOf, endBackend } from "./backend.ts";
import { type Address, configOf, configure } from "./connection.ts";
import { doubtful, isFromServer, isReadOnly, toStoreError } from "./postgres-error.ts";

/** How long to wait for the end of what is left of an earlier connection, in milliseconds. */
const END_MS = 5000;

/** A connection that is ready, and who serves it. */
interface Line {
  readonly client: Client;
  readonly backend: Backend;
}

export class LogConnection {
  readonly #address: Address;
  #line: Line | undefined;
  #connecting: Promise<Line> | undefined;
  /** Has been sent what may yet come to be committed, by way of the network or behind a lock. */
  #inDoubt: Backend | undefined;

  constructor(address: Address) {
    this.#address = address;
  }

  /**
   * What the statement answers, once it is committed. One at a time. Rejects with StoreError:
   * `doubtful` when it was sent and there is no answer, any other when nothing was changed.
   */
  async commit<Row>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const { client, backend } = await this.#connected();
    try {
      const { rows } = await client.query({ name, text, values });
      return rows as Row[];
    } catch (error) {
      const isUndone = await isRefusal(error, client);
      if (!isUndone) this.#inDoubt = backend;
      if (!isUndone || isReadOnly(error)) this.#forget(client);
      throw isUndone ? toStoreError(error) : doubtful(error);
    }
  }

  /**
   * Resolves when what was doubtful is committed or never will be: whoever looks into the log from
   * then on knows. Rejects with StoreError where Postgres cannot be asked.
   */
  async settled(): Promise<void> {
    if (this.#inDoubt) await this.#connected();
  }

  /** Idempotent; nothing is committed afterwards. */
  async close(): Promise<void> {
    await this.#connecting?.catch(() => undefined);
    const line = this.#line;
    this.#line = undefined;
    await line?.client.end();
  }

  async #connected(): Promise<Line> {
    if (this.#line) return this.#line;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  async #connect(): Promise<Line> {
    const client = new Client(configOf(this.#address));
    // It is noticed when a connection ends between two commits: the next is a new one's.
    client.on("end", () => this.#forget(client));
    try {
      await client.connect();
      await configure(client, this.#address);
      if (this.#inDoubt) await endBackend(client, this.#inDoubt, END_MS);
      this.#inDoubt = undefined;
      this.#line = { client, backend: await backendOf(client) };
      return this.#line;
    } catch (error) {
      this.#forget(client);
      throw toStoreError(error);
    }
  }

  #forget(client: Client): void {
    if (this.#line?.client === client) this.#line = undefined;
    // With a statement that was not answered this drops the connection.
    void client.end().catch(() => undefined);
  }
}

/**
 * Whether the server has undone the statement: then the connection goes on. A server that ends it
 * may do so after the commit; how bad an error is it says in its own language.
 */
async function isRefusal(error: unknown, client: Client): Promise<boolean> {
  if (!isFromServer(error)) return false;
  return client.query("SELECT").then(
    () => true,
    () => false,
  );
}

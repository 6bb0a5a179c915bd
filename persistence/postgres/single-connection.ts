/** One connection as the place of all statements, for a command that does one thing after another. */
import type { Client, QueryResult } from "pg";
import type { Queries } from "./database.ts";
import { toStoreError } from "./postgres-error.ts";

/** Rejects with StoreError, or what the work of a transaction throws. */
export class SingleConnection implements Queries {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async rows<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#asked(sql, values);
    return rows as Row[];
  }

  async run(sql: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.#asked(sql, values)).rowCount ?? 0;
  }

  /** All that the work does or, when it throws, nothing. Never one within another. */
  async transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    await this.run("BEGIN");
    try {
      const answer = await work(this);
      await this.run("COMMIT");
      return answer;
    } catch (error) {
      // Where the connection is gone, the server has undone everything.
      await this.run("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }

  async #asked(sql: string, values: readonly unknown[]): Promise<QueryResult> {
    try {
      return await this.#client.query(sql, [...values]);
    } catch (error) {
      throw toStoreError(error);
    }
  }
}

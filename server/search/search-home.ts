/** Where a server keeps its search index: in a file of its own, or in a database that nodes share. */
import type { Logger } from "pino";
import type { Address } from "../../persistence/postgres/connection.ts";
import { Database } from "../../persistence/postgres/database.ts";
import { prepareSearch } from "../../persistence/postgres/search-preparation.ts";
import { SearchTable } from "../../persistence/postgres/search-table.ts";
import { removeSearchFile, searchPath } from "../../persistence/sqlite/search-file.ts";
import { SearchIndex } from "./search-index.ts";

/** What another node should have read in, and has not because it was killed, waits no longer; milliseconds. */
const COMPARE_MS = 5 * 60_000;

export interface SearchHome {
  open(logger: Logger): SearchIndex;
  /** Leaves nothing of an index that is not wanted. Rejects never. */
  clear(logger: Logger): Promise<void>;
  /** How often an index is held against the store; undefined: when it is opened. Milliseconds. */
  readonly compareMs: number | undefined;
}

/** In the data folder, whose lock must be held. */
export function fileSearch(dataDir: string): SearchHome {
  const path = searchPath(dataDir);
  return {
    open: () => {
      const file = new URL("./search-thread.ts", import.meta.url);
      return new SearchIndex({ file, workerData: path });
    },
    clear: async () => removeSearchFile(path),
    compareMs: undefined,
  };
}

/** In Postgres, whose tables are there already. */
export function sharedSearch(address: Address): SearchHome {
  return {
    open: (logger) => {
      const closing = new AbortController();
      void prepare(address, logger, closing.signal);
      const onClose = () => closing.abort();
      const file = new URL("./shared-search-thread.ts", import.meta.url);
      return new SearchIndex({ file, workerData: address, onClose });
    },
    clear: (logger) => clear(address, logger),
    compareMs: COMPARE_MS,
  };
}

async function prepare(address: Address, logger: Logger, signal: AbortSignal): Promise<void> {
  try {
    if (await prepareSearch(address, signal)) return;
    logger.info("Postgres has no pg_trgm for this database: a search reads every text");
  } catch (error) {
    if (!signal.aborted) logger.warn({ err: error }, "the search index could not get its trigrams");
  }
}

async function clear(address: Address, logger: Logger): Promise<void> {
  const database = new Database(address, 1);
  try {
    await new SearchTable(database).clear();
  } catch (error) {
    logger.warn({ err: error }, "an unused search index could not be removed");
  } finally {
    await database.close();
  }
}

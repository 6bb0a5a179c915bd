/**
 * What serves the operator's calls and costs nobody else anything: the search index and the thread
 * that reads for exports. Without an admin token there is none of it, nor what an index once held.
 */
import type { Changes } from "./changes.ts";
import type { Config } from "./config.ts";
import { StoredReader } from "./export/stored-reader.ts";
import type { AdminOptions } from "./rest/admin.ts";
import { Indexer } from "./search/indexer.ts";
import type { SearchHome } from "./search/search-home.ts";

export interface AdministrationOptions
  extends Omit<AdminOptions, "adminToken" | "indexer" | "reader">, Pick<Config, "adminToken"> {
  readonly changes: Changes;
  readonly search: SearchHome;
}

export interface Administration {
  readonly calls: AdminOptions;
  /** The document is gone for good. */
  forget(documentId: string): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** What the search index is kept in must be this server's. */
export function openAdministration(options: AdministrationOptions): Administration | undefined {
  const { adminToken, search, logger } = options;
  if (adminToken === undefined) {
    void search.clear(logger);
    return undefined;
  }
  const { compareMs } = search;
  const indexer = new Indexer({ ...options, index: search.open(logger), compareMs });
  const reader = new StoredReader();
  return {
    calls: { ...options, adminToken, indexer, reader },
    forget: (documentId) => indexer.forget(documentId),
    close: async () => {
      await Promise.all([indexer.close(), reader.close()]);
    },
  };
}

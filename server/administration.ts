/**
 * What serves the operator's calls and costs nobody else anything: the search index and the thread
 * that reads for exports. Without an admin token there is none of it, nor what an index once held.
 */
import { removeSearchFile, searchPath } from "../persistence/sqlite/search-file.ts";
import type { Changes } from "./changes.ts";
import type { Config } from "./config.ts";
import { StoredReader } from "./export/stored-reader.ts";
import type { AdminOptions } from "./rest/admin.ts";
import { Indexer } from "./search/indexer.ts";
import { SearchIndex } from "./search/search-index.ts";

export interface AdministrationOptions
  extends
    Omit<AdminOptions, "adminToken" | "indexer" | "reader">,
    Pick<Config, "adminToken" | "dataDir"> {
  readonly changes: Changes;
}

export interface Administration {
  readonly calls: AdminOptions;
  /** The document is gone for good. */
  forget(documentId: string): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** The data folder's lock must be held. */
export function openAdministration(options: AdministrationOptions): Administration | undefined {
  const { adminToken, dataDir } = options;
  if (adminToken === undefined) {
    removeSearchFile(searchPath(dataDir));
    return undefined;
  }
  const indexer = new Indexer({ ...options, index: new SearchIndex(dataDir) });
  const reader = new StoredReader();
  return {
    calls: { ...options, adminToken, indexer, reader },
    forget: (documentId) => indexer.forget(documentId),
    close: async () => {
      await Promise.all([indexer.close(), reader.close()]);
    },
  };
}

/**
 * Opens what a server keeps its documents in, as the settings name it: SQLite and files in the data
 * folder, or Postgres, which it shares with other nodes, and Redis, over which it talks to them.
 */
import type { Logger } from "pino";
import { openAttachmentFiles } from "../persistence/attachment-files.ts";
import type { Attachments } from "../persistence/attachments.ts";
import { openPostgresStore } from "../persistence/postgres/client.ts";
import type { SharedStore } from "../persistence/shared-store.ts";
import { openSqliteStore } from "../persistence/sqlite/client.ts";
import type { Store } from "../persistence/store.ts";
import type { Config } from "./config.ts";
import { openRedis, type Redis } from "./redis.ts";
import { fileSearch, type SearchHome, sharedSearch } from "./search/search-home.ts";

export interface Storage {
  /** Closed with the server. */
  readonly store: Store;
  /** The same, when other nodes write to it too; undefined: the server is the only one. */
  readonly shared: SharedStore | undefined;
  /** To talk to the other nodes; closed with the server. */
  readonly redis: Redis | undefined;
  readonly attachments: Attachments;
  readonly search: SearchHome;
}

type Settings = Pick<Config, "dataDir" | "databaseUrl" | "redisUrl" | "nodeId">;

/** @throws StoreError, or Error when Redis refuses. */
export async function openStorage(settings: Settings, logger: Logger): Promise<Storage> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl !== undefined) return openShared({ ...settings, databaseUrl }, logger);
  const store = await openSqliteStore({ dataDir });
  // Only now: the store holds the folder's lock.
  const attachments = await openAttachmentFiles(dataDir);
  const alone = { shared: undefined, redis: undefined };
  return { ...alone, store, attachments, search: fileSearch(dataDir) };
}

async function openShared(
  settings: Settings & { readonly databaseUrl: string },
  logger: Logger,
): Promise<Storage> {
  const { databaseUrl, nodeId } = settings;
  const onWarning = (message: string) => logger.warn(message);
  const store = await openPostgresStore({ databaseUrl, nodeId, onWarning });
  const redis = await openRedis(settings, logger);
  const { attachments } = store;
  const search = sharedSearch({ databaseUrl, nodeId });
  return { store, shared: store, redis, attachments, search };
}

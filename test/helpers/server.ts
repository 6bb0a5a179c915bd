/** A real server in this process: port 0, SQLite in a temporary folder. */
import type { Scope } from "./scope.ts";
import { pino } from "pino";
import type { CreatedDocument } from "#protocol/rest.ts";
import { openAttachmentFiles } from "../../persistence/attachment-files.ts";
import { readConfig } from "../../server/config.ts";
import { openStorage } from "../../server/storage.ts";
import { listen, type ServerOptions } from "../../server/server.ts";
import { expectDescribed } from "./described.ts";
import { browserPath } from "./browser-path.ts";
import { temporaryFolder } from "./temporary.ts";

export interface TestServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** `ws://127.0.0.1:<port>/ws/doc` */
  readonly wsUrl: string;
  readonly dataDir: string;
  /** Ends it; another may then be started on the same folder. */
  close(): Promise<boolean>;
}

export interface TestServerOptions extends Partial<Omit<ServerOptions, "config">> {
  /** Settings as in the environment. */
  readonly env?: Record<string, string>;
  readonly dataDir?: string;
}

export async function startServer(
  t: Scope,
  { env, dataDir: given, ...options }: TestServerOptions = {},
): Promise<TestServer> {
  const dataDir = given ?? (await temporaryFolder(t));
  const config = readConfig({ HOST: "127.0.0.1", PORT: "0", DATA_DIR: dataDir, ...env });
  const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? "silent" });
  const { store } = options;
  const storage = store
    ? { store, attachments: options.attachments ?? (await openAttachmentFiles(dataDir)) }
    : await openStorage(config, logger);
  const server = await listen({
    logger,
    chromium: browserPath(),
    ...storage,
    ...options,
    config,
  });
  t.after(() => server.close());
  const host = `127.0.0.1:${server.address.port}`;
  expectDescribed(`http://${host}`);
  return {
    url: `http://${host}`,
    wsUrl: `ws://${host}/ws/doc`,
    dataDir,
    close: () => server.close(),
  };
}

/** A new document, with the tokens of its creation. */
export interface TestDocument {
  readonly id: string;
  readonly ownerToken: string;
  readonly editToken: string;
}

export async function createDocument(
  { url }: Pick<TestServer, "url">,
  body: object = {},
): Promise<TestDocument> {
  const response = await fetch(`${url}/api/documents`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`not created: ${await response.text()}`);
  const { id, token, links } = (await response.json()) as CreatedDocument;
  return { id, ownerToken: token, editToken: links[0]?.token ?? "" };
}

/** The document's text as an export sends it. */
export async function exportText(
  { url }: Pick<TestServer, "url">,
  { id, ownerToken }: TestDocument,
): Promise<string> {
  const response = await fetch(`${url}/api/documents/${id}/export?format=txt`, {
    headers: { Authorization: `Bearer ${ownerToken}` },
  });
  if (response.status !== 200) throw new Error(`not exported: ${await response.text()}`);
  return response.text();
}

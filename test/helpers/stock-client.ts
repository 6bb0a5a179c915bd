/** The stock y-websocket clients, 3.1 and 2.x, unchanged, as any program would use them. */
import type { Scope } from "./scope.ts";
import { WebsocketProvider as Provider3 } from "y-websocket";
import { WebsocketProvider as Provider2 } from "y-websocket-2";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import type { TestDocument, TestServer } from "./server.ts";
import { until } from "./until.ts";

const PROVIDERS = { 3: Provider3, 2: Provider2 };

export type StockVersion = keyof typeof PROVIDERS;

export interface StockOptions {
  readonly token?: string;
  readonly version?: StockVersion;
  readonly doc?: Y.Doc;
}

export interface StockClient {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly provider: Provider3;
  destroy(): void;
}

/** A client that has started to connect. */
export function stockClient(
  t: Scope,
  { wsUrl }: Pick<TestServer, "wsUrl">,
  document: TestDocument,
  { token = document.editToken, version = 3, doc = new Y.Doc() }: StockOptions = {},
): StockClient {
  // Without BroadcastChannel: several clients in this process must meet at the server only.
  const options = { params: { token }, disableBc: true };
  const provider = new PROVIDERS[version](wsUrl, document.id, doc, options) as unknown as Provider3;
  const destroy = () => {
    provider.destroy();
    doc.destroy();
  };
  t.after(destroy);
  return { doc, text: doc.getText(CONTENT), provider, destroy };
}

/** A client that has got the document. */
export async function syncedClient(...args: Parameters<typeof stockClient>): Promise<StockClient> {
  const client = stockClient(...args);
  await until(() => client.provider.synced, { what: "the stock client is synced" });
  return client;
}

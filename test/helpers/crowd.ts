/** People who write with stock clients, many at a time, each on a socket of its own. */
import type { Scope } from "./scope.ts";
import * as Y from "yjs";
import type { TestServer } from "./server.ts";
import { type StockClient, syncedClient } from "./stock-client.ts";

export interface Member extends StockClient {
  readonly name: string;
  /** Puts the caret there; with `anchor` it selects from there on. */
  move(head: number, anchor?: number): void;
}

/** Comes in by an address of the page; has no caret yet. */
export async function member(
  t: Scope,
  server: Pick<TestServer, "wsUrl">,
  address: string,
  name: string,
): Promise<Member> {
  const { pathname, hash } = new URL(address);
  const document = { id: pathname.slice("/d/".length), editToken: hash.slice(1), ownerToken: "" };
  const doc = new Y.Doc();
  const client = await syncedClient(t, server, document, { doc });
  const { awareness } = client.provider;
  awareness.setLocalStateField("user", { name });
  const at = (index: number) =>
    Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(client.text, index));
  const move = (head: number, anchor = head) =>
    awareness.setLocalStateField("cursor", { anchor: at(anchor), head: at(head) });
  return { ...client, name, move };
}

/** So many come at the same moment; each reads the whole document, in this process. */
const AT_ONCE = 8;

/** Guests, numbered from 1. */
export async function crowd(
  count: number,
  come: (name: string) => Promise<Member>,
): Promise<Member[]> {
  const names = Array.from({ length: count }, (_, index) => `Guest ${index + 1}`);
  const members: Member[] = [];
  while (members.length < count) {
    const next = names.slice(members.length, members.length + AT_ONCE);
    members.push(...(await Promise.all(next.map(come))));
  }
  return members;
}

/** A WebSocket without any client logic: sends what it is told and keeps what comes. */
import { once } from "node:events";
import type { Scope } from "./scope.ts";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { decodeFrame, encodeFrame, type Frame } from "#protocol/frames.ts";
import type { TestServer } from "./server.ts";
import { until } from "./until.ts";

export interface RawClient {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  /** Set once it is closed. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  send(frame: Frame): void;
  /** The newest frame of a type, once there is one. */
  next<Type extends Frame["type"]>(type: Type): Promise<Extract<Frame, { type: Type }>>;
  /** Resolves when the server has closed it. */
  ended(): Promise<{ readonly code: number; readonly reason: string }>;
}

/** @param query Without the question mark: `token=…&ack=1`. */
export async function rawClient(
  t: Scope,
  { wsUrl }: Pick<TestServer, "wsUrl">,
  documentId: string,
  query: string,
): Promise<RawClient> {
  const socket = new WebSocket(`${wsUrl}/${documentId}?${query}`);
  t.after(() => socket.terminate());
  const client = wrap(socket);
  await once(socket, "open");
  return client;
}

function wrap(socket: WebSocket): RawClient {
  const frames: Frame[] = [];
  const client: RawClient = {
    socket,
    frames,
    closed: undefined,
    send: (frame) => socket.send(encodeFrame(frame)),
    next: (type) =>
      until(() => frames.findLast((frame) => frame.type === type), {
        what: `a ${type} frame came`,
      }) as Promise<never>,
    ended: () => until(() => client.closed, { what: "the server closed the socket" }),
  };
  socket.on("message", (data: Buffer) => frames.push(decodeFrame(new Uint8Array(data))));
  socket.on("close", (code, reason) => (client.closed = { code, reason: reason.toString() }));
  return client;
}

/** Successive updates that type `text`, one per character, as one client would send them. */
export function typing(text: string, doc = new Y.Doc()): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const keep = (update: Uint8Array) => updates.push(update);
  doc.on("update", keep);
  const target = doc.getText(CONTENT);
  for (const character of text) target.insert(target.length, character);
  doc.off("update", keep);
  return updates;
}

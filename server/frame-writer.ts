/**
 * One `socket.write` for a whole batch. The only file that reaches into the
 * internals of ws; where they are not as expected it sends message by message.
 */
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import type { Batch } from "./batch.ts";

/** `Sender._state` of ws while nothing is being compressed or read from a blob. */
const SENDER_IDLE = 0;

interface Internals {
  readonly _socket?: Socket;
  readonly _sender?: { readonly _state?: number };
}

/** Send a batch to an open socket; to any other it is dropped, as the other side is gone. */
export function writeBatch(socket: WebSocket, batch: Batch): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  const raw = rawSocket(socket);
  if (raw) raw.write(batch.wire);
  else for (const message of batch.messages) socket.send(message);
}

/** Calls back once, when all that was written has left; at once where that cannot be told. */
export function whenDrained(socket: WebSocket, callback: () => void): void {
  const raw = (socket as unknown as Internals)._socket;
  if (raw?.writableNeedDrain) raw.once("drain", callback);
  else setImmediate(callback);
}

/** Bytes that came in on the TCP connection so far, whole messages or not; 0 where that cannot be told. */
export function bytesReadBy(socket: WebSocket): number {
  return (socket as unknown as Internals)._socket?.bytesRead ?? 0;
}

/** The TCP socket, when ready-made frames may be written past ws's own sender. */
export function rawSocket(socket: WebSocket): Socket | undefined {
  const { _socket: raw, _sender: sender } = socket as unknown as Internals;
  return sender?._state === SENDER_IDLE && !socket.extensions && raw?.writable ? raw : undefined;
}

/**
 * What nodes say to each other while documents are open: one channel a document, best effort.
 * Whatever it loses is found in the store's log; nothing may rest on its delivery. Knows no Redis.
 */

/** `away` while nothing can be exchanged with other nodes. */
export type BusState = "ok" | "away";

/** Given each message of another node, with that node's name. Must not throw. */
export type BusListener = (message: Uint8Array, from: string) => void;

/** Since the start; bytes with their headers. What is received is others' alone. */
export interface BusCounts {
  published: number;
  publishedBytes: number;
  received: number;
  receivedBytes: number;
  /** Not published: Redis was away, or too much was on its way to it. */
  dropped: number;
}

/** One document's channel while a room is open. */
export interface Channel {
  /** Resolves true once messages of others arrive, false when that cannot be had at the moment; never rejects. */
  readonly ready: Promise<boolean>;
  /** Sent to all other nodes that have the channel open, or dropped when that cannot be done at the moment: never waits, never grows. */
  publish(message: Uint8Array): void;
  /** Idempotent. */
  close(): void;
}

export interface Bus {
  /** This node's name in messages. */
  readonly nodeId: string;
  readonly state: BusState;
  /** @param onGap is called whenever messages may have been missed: (re)connected, resubscribed. */
  open(documentId: string, listener: BusListener, onGap: () => void): Channel;
  /** As `Channel.publish`, of a document that need not be open here. */
  publish(documentId: string, message: Uint8Array): void;
  /** Calls back at each change of the state; the answer ends it. */
  watch(listener: (state: BusState) => void): () => void;
  close(): Promise<void>;
}

/**
 * What a tick sends to everybody in a room: gathered, and delivered as one batch,
 * the same for all who sent nothing themselves. Knows no document.
 */
import { Batch } from "./batch.ts";

interface Receiver {
  deliver(batch: Batch): void;
}

interface Outgoing<To> {
  readonly message: Uint8Array;
  /** Who need not get it. */
  readonly except: To | undefined;
}

export class Broadcast<To extends Receiver> {
  #outgoing: Outgoing<To>[] = [];

  add(message: Uint8Array, except: To | undefined): void {
    this.#outgoing.push({ message, except });
  }

  /** One batch to each; told of how many messages and bytes each got. */
  send(receivers: Iterable<To>, onDelivered: (messages: number, bytes: number) => void): void {
    const outgoing = this.#outgoing.splice(0);
    if (outgoing.length === 0) return;
    const all = new Batch(outgoing.map(({ message }) => message));
    const excepted = new Set(outgoing.map(({ except }) => except));
    for (const receiver of receivers) {
      const batch = excepted.has(receiver) ? batchFor(receiver, outgoing) : all;
      if (batch.messages.length === 0) continue;
      receiver.deliver(batch);
      onDelivered(batch.messages.length, batch.wire.length);
    }
  }
}

function batchFor<To>(receiver: To, outgoing: readonly Outgoing<To>[]): Batch {
  const own = outgoing.filter(({ except }) => except !== receiver);
  return new Batch(own.map(({ message }) => message));
}

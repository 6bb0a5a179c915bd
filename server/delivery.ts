/**
 * What goes out to the participants of a room: each tick's messages as one batch, the
 * same for all who sent nothing themselves; whole states on demand; and one difference
 * for whoever could take nothing for a while. Knows no log and no socket.
 */
import { encodeFrame } from "#protocol/frames.ts";
import { Batch } from "./batch.ts";
import { AppError } from "./errors.ts";
import { Laggards } from "./laggards.ts";
import type { LiveDocument } from "./live-document.ts";

/** Somebody who is sent things. */
export interface Receiver {
  deliver(batch: Batch): void;
  /** More is on its way to it than it should be. */
  readonly isBehind: boolean;
  /** Calls back once, when it can take more. */
  onDrained(callback: () => void): void;
  refuse(error: AppError): void;
}

export interface DeliveryOptions<To extends Receiver> {
  readonly receivers: ReadonlySet<To>;
  /** As it is now; only asked for inside `whenWhole` and `send`. */
  readonly document: () => Pick<LiveDocument, "partsSince" | "vector">;
  /** Runs the action now, or once the document is whole again. */
  readonly whenWhole: (action: () => void) => void;
  /** An awareness update that tells all that somebody may have missed. */
  readonly presenceFor: (receiver: To) => Uint8Array | undefined;
  readonly onDelivered: (messages: number, bytes: number) => void;
}

interface Outgoing<To> {
  readonly message: Uint8Array;
  /** Who need not get it. */
  readonly except: To | undefined;
}

export class Delivery<To extends Receiver> {
  readonly #options: DeliveryOptions<To>;
  readonly #laggards: Laggards<To>;
  #outgoing: Outgoing<To>[] = [];
  /** Since it was last told. */
  #delivered = { messages: 0, bytes: 0 };
  /** The whole document, ready to be sent, until it changes. */
  #whole: { readonly parts: readonly Uint8Array[]; readonly batch: Batch } | undefined;

  constructor(options: DeliveryOptions<To>) {
    this.#options = options;
    const catchUp = (receiver: To) => options.whenWhole(() => this.#catchUp(receiver));
    this.#laggards = new Laggards(catchUp);
  }

  /** To be sent to everybody with the next `send`. */
  add(message: Uint8Array, except: To | undefined): void {
    this.#outgoing.push({ message, except });
  }

  /** One batch to each who can take it. */
  send(): void {
    const outgoing = this.#outgoing.splice(0);
    if (outgoing.length === 0) return;
    const all = new Batch(outgoing.map(({ message }) => message));
    const excepted = new Set(outgoing.map(({ except }) => except));
    for (const receiver of this.#options.receivers) {
      if (this.#laggards.has(receiver)) continue;
      const batch = excepted.has(receiver) ? batchFor(receiver, outgoing) : all;
      if (batch.messages.length > 0) this.#deliver(receiver, batch);
    }
    this.#options.onDelivered(this.#delivered.messages, this.#delivered.bytes);
    this.#delivered = { messages: 0, bytes: 0 };
  }

  /** What a holder of `vector` lacks: in several updates if it is much, the last as sync step 2. */
  answer(receiver: To, vector: Uint8Array): void {
    if (this.#laggards.asks(receiver, vector)) return;
    const state = this.#stateSince(vector);
    if (state) this.#deliver(receiver, state);
    else receiver.refuse(new AppError("malformed", "A state vector did not decode."));
  }

  /** It has left. */
  forget(receiver: To): void {
    this.#laggards.recover(receiver);
  }

  #deliver(receiver: To, batch: Batch): void {
    receiver.deliver(batch);
    this.#delivered.messages += batch.messages.length;
    this.#delivered.bytes += batch.wire.length;
    this.#laggards.check(receiver, () => this.#options.document().vector());
  }

  #stateSince(vector: Uint8Array): Batch | undefined {
    try {
      const parts = this.#options.document().partsSince(vector);
      if (parts !== this.#whole?.parts) {
        this.#whole = { parts, batch: new Batch(stateFrames(parts)) };
      }
      return this.#whole.batch;
    } catch {
      return undefined;
    }
  }

  #catchUp(receiver: To): void {
    const lag = this.#laggards.recover(receiver);
    if (!lag) return;
    if (lag.hasAsked) {
      this.answer(receiver, lag.vector);
    } else {
      const parts = this.#options.document().partsSince(lag.vector);
      const messages = parts.map((update) => encodeFrame({ type: "update", update }));
      this.#deliver(receiver, new Batch(messages));
    }
    const update = this.#options.presenceFor(receiver);
    if (update) receiver.deliver(new Batch([encodeFrame({ type: "awareness", update })]));
  }
}

/** Only the last one makes its receiver think itself synced. */
function stateFrames(parts: readonly Uint8Array[]): Uint8Array[] {
  const last = parts.length - 1;
  return parts.map((update, index) =>
    encodeFrame({ type: index === last ? "step2" : "update", update }),
  );
}

function batchFor<To>(receiver: To, outgoing: readonly Outgoing<To>[]): Batch {
  const own = outgoing.filter(({ except }) => except !== receiver);
  return new Batch(own.map(({ message }) => message));
}

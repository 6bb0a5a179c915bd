/**
 * One participant of a room, without its socket: reads frames, checks the role
 * for each, counts what it sent and says how much of that is on disk. It ends
 * once, by itself or from outside, and then takes nothing more.
 */
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  MalformedFrame,
  type ServerState,
} from "#protocol/frames.ts";
import { type Action, can, type Grant, isAtLeast } from "./access/access.ts";
import type { Holder } from "./access/gatekeeper.ts";
import { Batch } from "./batch.ts";
import { AppError } from "./errors.ts";
import type { Participant } from "./participant.ts";
import type { Identity } from "./presence.ts";
import type { Lease } from "./rooms.ts";
import type { Health } from "./shared-health.ts";

/** The other side, as far as the session cares. */
export interface Peer {
  send(batch: Batch): void;
  /** More is on its way to it than it should be. */
  readonly isBehind: boolean;
  /** Calls back once, when it can take more. */
  onDrained(callback: () => void): void;
  /** Ends the connection unless there is a sign of life soon, and tells before it does. */
  challenge(onSilent: () => void): void;
  /** The reason word is part of the error. */
  close(error: AppError): void;
}

export interface SessionOptions {
  readonly peer: Peer;
  readonly grant: Grant;
  /** Told of what becomes of the grant, until the answer is called. */
  readonly hold: (holder: Holder) => () => void;
  readonly lease: Lease;
  readonly health: Health;
  /** Whether the client asked for acknowledgement and store-state frames. */
  readonly acknowledge: boolean;
}

export class Session implements Participant, Holder {
  readonly #options: SessionOptions;
  #state: "joined" | "closed" = "joined";
  /** Step 2 and update frames accepted on this socket. */
  #accepted = 0;
  /** Which of its frames are covered once how many edits of the room are on disk; both ascend. */
  #awaiting: { frames: number; edits: number }[] = [];
  #grant: Grant;
  readonly #letGo: () => void;
  #unwatch: (() => void) | undefined;
  #told: ServerState = "ok";

  /** Joins the room of the lease, and gives the lease back at the end. */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#grant = options.grant;
    options.lease.room.join(this, this.#may("edit"));
    this.#letGo = options.hold(this);
    if (!options.acknowledge) return;
    this.#unwatch = options.health.watch(() => this.#tellState());
    this.#tellState();
  }

  get author(): string {
    return this.#grant.linkId;
  }

  get identity(): Identity {
    const { role, label } = this.#grant;
    return { role, label };
  }

  /** One binary message from the client, in a buffer of its own. */
  receive(message: Uint8Array): void {
    if (this.#state === "closed") return;
    try {
      this.#handle(decodeFrame(message), message);
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error;
      this.refuse(new AppError("malformed", "A frame did not decode.", { cause: error }));
    }
  }

  get isBehind(): boolean {
    return this.#options.peer.isBehind;
  }

  onDrained(callback: () => void): void {
    this.#options.peer.onDrained(callback);
  }

  deliver(batch: Batch): void {
    if (this.#state === "joined") this.#options.peer.send(batch);
  }

  accepted(edits: number): void {
    this.#accepted += 1;
    const newest = this.#awaiting.at(-1);
    if (newest?.edits === edits) newest.frames = this.#accepted;
    else this.#awaiting.push({ frames: this.#accepted, edits });
    if (edits <= this.#options.lease.room.saved) this.saved(edits);
  }

  saved(edits: number): void {
    const covered = this.#awaiting.findLastIndex((awaited) => awaited.edits <= edits);
    const newest = this.#awaiting.splice(0, covered + 1).at(-1);
    if (!newest || !this.#options.acknowledge) return;
    this.#send({ type: "acknowledgement", count: newest.frames });
  }

  /** The link lets its holders do something else now. */
  granted(grant: Grant): void {
    if (this.#state === "closed") return;
    if (!isAtLeast(grant.role, this.#grant.role)) {
      return this.refuse(new AppError("role", "This link allows less now. Connect again."));
    }
    const couldEdit = this.#may("edit");
    this.#grant = grant;
    const { room } = this.#options.lease;
    room.company.identify(this);
    if (this.#may("edit") && !couldEdit) room.ask(this);
  }

  repaired(): void {
    if (this.#options.acknowledge) this.#tellState();
  }

  challenge(onSilent: () => void): void {
    this.#options.peer.challenge(onSilent);
  }

  refuse(error: AppError): void {
    if (this.#state === "closed") return;
    this.close();
    this.#options.peer.close(error);
  }

  /** The socket is gone, or is to go: leave the room and give the lease back. Idempotent. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#unwatch?.();
    this.#letGo();
    this.#options.lease.room.leave(this);
    this.#options.lease.release();
  }

  #handle(frame: Frame, message: Uint8Array): void {
    const { room } = this.#options.lease;
    switch (frame.type) {
      case "step1":
        return room.answer(this, frame.stateVector);
      case "step2":
        return this.#takeState(frame.update);
      case "update":
        return this.#takeUpdate(frame.update, message);
      case "awareness":
        return room.company.announce(this, frame.update);
      case "queryAwareness":
        return room.company.introduce(this);
      case "acknowledgement":
      case "storeState":
        throw new MalformedFrame("only a server sends this");
    }
  }

  /** Passed on as an update: with a step 2 the others would think themselves synced. */
  #takeState(update: Uint8Array): void {
    // Every stock client answers a step 1 with one; from a reader it is dropped unread.
    if (!this.#may("edit")) return;
    const frame = encodeFrame({ type: "update", update });
    this.#options.lease.room.submit(this, { update, frame, isState: true });
  }

  #takeUpdate(update: Uint8Array, frame: Uint8Array): void {
    if (this.#may("edit")) {
      this.#options.lease.room.submit(this, { update, frame, isState: false });
    } else {
      this.refuse(new AppError("role", "This link lets you read, not edit."));
    }
  }

  #may(action: Action): boolean {
    return can(this.#grant.role, action);
  }

  /** Whether what it writes can be stored, when that has changed. */
  #tellState(): void {
    const { health, lease } = this.#options;
    const isStored = health.state === "ok" || health.state === "apart";
    const state = isStored && lease.room.isReadOnly ? "read-only" : health.state;
    if (state !== this.#told) this.#send({ type: "storeState", state });
    this.#told = state;
  }

  #send(frame: Frame): void {
    this.deliver(new Batch([encodeFrame(frame)]));
  }
}

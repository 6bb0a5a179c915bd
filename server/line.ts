/**
 * A room's line to the other nodes that have its document open. Keeps what comes before the room
 * is there to hear it, and forgets it rather than grow: what is lost is found in the log.
 */
import type { Logger } from "pino";
import type { Bus, Channel } from "./bus.ts";
import { type BusMessage, decodeBusMessage, encodeBusMessage } from "./bus-message.ts";
import type { Company } from "./company.ts";
import type { Following } from "./following.ts";
import { within } from "./within.ts";

/** How long opening a room waits for the line, in milliseconds. */
const READY_MS = 500;

/** Messages that wait for the room. */
const MOST_WAITING = 1000;

/** Whom in the room other nodes have something to say to. */
export interface LineEnd {
  readonly following: Pick<Following, "received" | "noticed">;
  readonly company: Pick<Company, "received" | "asked" | "gather">;
}

export interface LineOptions {
  readonly bus: Pick<Bus, "open">;
  readonly documentId: string;
  readonly logger: Logger;
  /** Something is changed of who may do what with the document. */
  readonly onAccess: () => void;
}

interface Heard {
  readonly message: BusMessage;
  readonly from: string;
}

export class Line {
  readonly #options: LineOptions;
  readonly #channel: Channel;
  #end: LineEnd | undefined;
  #waiting: Heard[] = [];

  constructor(options: LineOptions) {
    this.#options = options;
    this.#channel = options.bus.open(
      options.documentId,
      (bytes, from) => this.#heard(bytes, from),
      () => this.#missed(),
    );
  }

  /** Resolves when nothing more is missed, or when that takes too long. */
  async ready(): Promise<void> {
    await within(READY_MS, this.#channel.ready);
  }

  publish(message: BusMessage): void {
    this.#channel.publish(encodeBusMessage(message));
  }

  /** The room is there. */
  attach(end: LineEnd): void {
    this.#end = end;
    for (const heard of this.#waiting.splice(0)) this.#tell(end, heard);
    end.company.gather();
  }

  /** Idempotent. */
  close(): void {
    this.#end = undefined;
    this.#channel.close();
  }

  #heard(bytes: Uint8Array, from: string): void {
    const message = decodeBusMessage(bytes);
    if (!message) return;
    if (message.type === "access") this.#options.onAccess();
    else if (this.#end) this.#tell(this.#end, { message, from });
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ message, from });
  }

  /** What cannot be taken in costs itself alone: thrown on, it would end the bus for all documents. */
  #tell(end: LineEnd, heard: Heard): void {
    try {
      tell(end, heard);
    } catch (error) {
      const { logger, documentId } = this.#options;
      const { from } = heard;
      logger.error({ err: error, documentId, from }, "what a node says cannot be taken in");
    }
  }

  /** What the log has is found by comparing, and who is there by asking. */
  #missed(): void {
    this.#end?.company.gather();
  }
}

function tell({ following, company }: LineEnd, { message, from }: Heard): void {
  switch (message.type) {
    case "entries":
      return following.received(message);
    case "head":
      return void following.noticed(message.seq);
    case "people":
      return company.received(message, from);
    case "askPeople":
      return company.asked();
    case "challenge":
      return company.asked(message.clientId);
    case "access":
  }
}

/**
 * What stands before each message on the bus: one byte for the format, six that this process alone
 * has, one for the length of the node's name, the name. Another format is not understood, and not
 * heard.
 */
import { randomBytes } from "node:crypto";

const FORMAT = 1;

const PROCESS_BYTES = 6;

/** Before the name. */
const HEAD_BYTES = 1 + PROCESS_BYTES + 1;

/** A message and who sent it. */
export interface Heard {
  readonly from: string;
  /** By this very process; two may have the same name by mistake. */
  readonly isOwn: boolean;
  /** A buffer of its own. */
  readonly message: Uint8Array;
}

export class BusHeader {
  readonly #bytes: Buffer;

  /** @param nodeId At most 255 bytes. */
  constructor(nodeId: string) {
    const name = Buffer.from(nodeId);
    const format = Buffer.from([FORMAT]);
    const length = Buffer.from([name.length]);
    this.#bytes = Buffer.concat([format, randomBytes(PROCESS_BYTES), length, name]);
  }

  /** The message with this node's header. */
  before(message: Uint8Array): Buffer {
    return Buffer.concat([this.#bytes, message]);
  }

  /** Undefined for what no node of this format has sent. */
  read(framed: Buffer): Heard | undefined {
    const start = HEAD_BYTES + (framed[HEAD_BYTES - 1] ?? 0);
    if (framed[0] !== FORMAT || framed.length < start) return undefined;
    return {
      from: framed.toString("utf8", HEAD_BYTES, start),
      isOwn: framed.subarray(0, start).equals(this.#bytes),
      // Copied, or a few bytes that are kept would keep all that arrived with them.
      message: Uint8Array.from(framed.subarray(start)),
    };
  }
}

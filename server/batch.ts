/**
 * Messages that leave together, and their WebSocket framing, made once for
 * everybody who gets the same batch. Knows no socket.
 */

const FINAL_BINARY = 0x82;

/** Frames are unmasked, as a server's are: RFC 6455, section 5.2. */
export class Batch {
  readonly messages: readonly Uint8Array[];
  #wire: Buffer | undefined;

  constructor(messages: readonly Uint8Array[]) {
    this.messages = messages;
  }

  /** All messages, each a frame of its own, in one buffer. */
  get wire(): Buffer {
    this.#wire ??= frame(this.messages);
    return this.#wire;
  }
}

function frame(messages: readonly Uint8Array[]): Buffer {
  const size = messages.reduce((sum, message) => sum + headerLength(message) + message.length, 0);
  const wire = Buffer.allocUnsafe(size);
  let at = 0;
  for (const message of messages) {
    at = writeHeader(wire, at, message.length);
    wire.set(message, at);
    at += message.length;
  }
  return wire;
}

function headerLength({ length }: Uint8Array): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

function writeHeader(wire: Buffer, at: number, length: number): number {
  wire[at] = FINAL_BINARY;
  if (length < 126) return wire.writeUInt8(length, at + 1);
  if (length < 65_536) {
    wire[at + 1] = 126;
    return wire.writeUInt16BE(length, at + 2);
  }
  wire[at + 1] = 127;
  return wire.writeBigUInt64BE(BigInt(length), at + 2);
}

/**
 * A client of the least weight: a TCP socket that speaks just enough WebSocket
 * (RFC 6455), so that the generator is not what is measured. What is sent is masked
 * with zeros, which leaves it as it is; what comes is handed on as bytes, or message by message.
 */
import { connect, type Socket } from "node:net";
import type { Place } from "./peers.ts";
import type { ServerProcess } from "./server-process.ts";

export interface Listener {
  /** All that comes, framing included, as TCP delivered it. */
  onBytes?(bytes: Buffer): void;
  /** Each message without the peer's prefix. The bytes are valid only during the call. */
  onMessage?(message: Buffer): void;
}

const OPCODE = { binary: 0x82, close: 0x88, ping: 0x89, pong: 0x8a } as const;

export class Client {
  readonly #socket: Socket;
  readonly #place: Place;
  #listener: Listener = {};
  #rest: Buffer | undefined;
  isClosed = false;

  private constructor(socket: Socket, place: Place) {
    this.#socket = socket;
    this.#place = place;
    socket.on("close", () => (this.isClosed = true));
    socket.on("error", () => undefined);
  }

  /**
   * Opens a socket and says hello; rejects when the server does not switch protocols.
   * Nothing is read before `listen`.
   */
  static async open(server: ServerProcess, place: Place): Promise<Client> {
    const socket = connect({ port: server.port, host: "127.0.0.1", noDelay: true });
    const client = new Client(socket, place);
    socket.write(
      `GET ${place.path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
    await client.#upgraded();
    for (const message of place.hello) client.send(message);
    return client;
  }

  /** From here on what comes goes to `listener`, and to no other. */
  listen(listener: Listener): void {
    this.#listener = listener;
    this.#socket.resume();
  }

  /** One message, which gets the peer's prefix. */
  send(message: Uint8Array): void {
    this.#socket.write(framed(this.#place, message));
  }

  /** Messages that are framed already. */
  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** Read nothing more, like somebody whose line is dead. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Without goodbye. */
  destroy(): void {
    this.#socket.destroy();
  }

  #upgraded(): Promise<void> {
    return new Promise((resolve, reject) => {
      let head = Buffer.alloc(0);
      const onData = (data: Buffer) => {
        head = Buffer.concat([head, data]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        this.#socket.off("data", onData);
        this.#socket.pause();
        if (!head.toString("latin1").startsWith("HTTP/1.1 101")) {
          return reject(new Error(head.toString("latin1", 0, end)));
        }
        this.#socket.unshift(head.subarray(end + 4));
        this.#socket.on("data", (bytes: Buffer) => this.#receive(bytes));
        this.#socket.pause();
        resolve();
      };
      this.#socket.on("data", onData);
      this.#socket.once("error", reject);
      this.#socket.once("close", () => reject(new Error("closed before the upgrade")));
    });
  }

  #receive(bytes: Buffer): void {
    this.#listener.onBytes?.(bytes);
    if (this.#listener.onMessage) this.#split(bytes);
  }

  #split(bytes: Buffer): void {
    let data = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    for (let frame = frameOf(data); frame; frame = frameOf(data)) {
      const payload = data.subarray(frame.from, frame.to);
      data = data.subarray(frame.to);
      if (frame.opcode === OPCODE.binary) {
        this.#listener.onMessage?.(payload.subarray(this.#place.prefix.length));
      } else if (frame.opcode === OPCODE.ping) {
        this.#socket.write(Buffer.concat([header(OPCODE.pong, payload.length), payload]));
      }
    }
    this.#rest = data.length > 0 ? data : undefined;
  }
}

/** A message as a client's frame. */
export function framed({ prefix }: Place, message: Uint8Array): Buffer {
  return Buffer.concat([header(OPCODE.binary, prefix.length + message.length), prefix, message]);
}

/** Ends with a mask of zeros. */
function header(opcode: number, length: number): Buffer {
  if (length < 126) return Buffer.from([opcode, 0x80 | length, 0, 0, 0, 0]);
  if (length < 65_536) {
    const head = Buffer.from([opcode, 0x80 | 126, 0, 0, 0, 0, 0, 0]);
    head.writeUInt16BE(length, 2);
    return head;
  }
  const head = Buffer.alloc(14);
  head[0] = opcode;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** The first frame of an unmasked stream, once all of it is there. */
function frameOf(
  data: Buffer,
): { readonly opcode: number; readonly from: number; readonly to: number } | undefined {
  if (data.length < 2) return undefined;
  const [opcode = 0, short = 0] = data;
  const from = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (data.length < from) return undefined;
  const length =
    short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  return data.length < from + length ? undefined : { opcode, from, to: from + length };
}

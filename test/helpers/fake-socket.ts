/** A browser's WebSocket without a network: a test plays the server. */
import { decodeFrame, encodeFrame, type Frame } from "#protocol/frames.ts";

export class FakeSocket extends EventTarget {
  /** Every socket that was made, newest last. */
  static made: FakeSocket[] = [];

  readonly address: string;
  binaryType = "";
  readyState = 0;
  readonly sent: Frame[] = [];
  isClosed = false;

  constructor(address: string) {
    super();
    this.address = address;
    FakeSocket.made.push(this);
  }

  send(message: Uint8Array): void {
    this.sent.push(decodeFrame(message));
  }

  close(): void {
    this.readyState = 2;
    this.isClosed = true;
  }

  /** The server accepts. */
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  /** The server sends. */
  deliver(frame: Frame): void {
    const { buffer } = new Uint8Array(encodeFrame(frame));
    this.dispatchEvent(Object.assign(new Event("message"), { data: buffer }));
  }

  /** The connection ends. */
  end(code: number, reason = ""): void {
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason }));
  }

  sentOf<Type extends Frame["type"]>(type: Type): Extract<Frame, { type: Type }>[] {
    return this.sent.filter((frame) => frame.type === type) as never;
  }
}

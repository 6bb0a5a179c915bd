/** The other side of a session, without a socket: keeps what it is sent. */
import { decodeFrame, encodeFrame, type Frame } from "#protocol/frames.ts";
import type { Batch } from "../../server/batch.ts";
import type { AppError } from "../../server/errors.ts";
import type { Peer, Session } from "../../server/session.ts";

export class FakePeer implements Peer {
  readonly frames: Frame[] = [];
  /** How many writes it took to send them. */
  batches = 0;
  closedWith: string | undefined;

  readonly isBehind = false;

  onDrained(): void {}

  send(batch: Batch): void {
    this.batches += 1;
    this.frames.push(...batch.messages.map((message) => decodeFrame(message)));
  }

  /** Always there. */
  challenge(): void {}

  close(error: AppError): void {
    this.closedWith = error.code;
  }

  /** The counts acknowledged, in order. */
  get acknowledgements(): number[] {
    return this.frames.flatMap((frame) => (frame.type === "acknowledgement" ? [frame.count] : []));
  }

  get updates(): Uint8Array[] {
    return this.frames.flatMap((frame) => (frame.type === "update" ? [frame.update] : []));
  }
}

/** Let a session receive a frame as if it came over its socket. */
export function say(session: Session, frame: Frame): void {
  session.receive(encodeFrame(frame));
}

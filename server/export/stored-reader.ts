/**
 * Reads stored documents in a thread of its own, without opening their rooms: one at a time,
 * and as bytes, so that nobody's editing waits for it.
 */
import type { StoredDocument } from "../../persistence/store.ts";
import type { Packed } from "../../persistence/packing.ts";
import { AskedThread } from "../asked-thread.ts";
import { packStored, type StoredContent } from "../stored-content.ts";

export interface ReadDocument extends Pick<StoredContent, "title" | "language" | "state"> {
  /** The text in UTF-8. */
  readonly text: Uint8Array<ArrayBuffer>;
}

const LIMITS = { longestMs: 120_000, idleMs: 10_000, memoryMb: 768 };

export class StoredReader {
  readonly #thread: AskedThread<Packed, ReadDocument>;

  constructor() {
    const file = new URL("./stored-reader-thread.ts", import.meta.url);
    this.#thread = new AskedThread({ file, ...LIMITS });
  }

  /** Rejects when it does not decode, or takes too long or too much memory. */
  read(stored: Pick<StoredDocument, "snapshot" | "tail">): Promise<ReadDocument> {
    const packed = packStored(stored);
    return this.#thread.ask(packed, { transfer: [packed.bytes.buffer] });
  }

  /** What is being read is given up. Idempotent. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}

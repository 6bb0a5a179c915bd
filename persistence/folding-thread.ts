/**
 * The folding thread: makes one snapshot of the updates it is sent. Holds nothing
 * between two questions; knows no database.
 */
import { parentPort } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { foldUpdates } from "./snapshot.ts";
import { pack, type Packed, unpack } from "./packing.ts";
import { asFailure, corrupt, type Failure } from "./failure.ts";

/** The snapshot to start from, if there is one, and then the updates, in order. */
export interface FoldingQuestion {
  readonly documentId: string;
  readonly parts: readonly Packed[];
}

export interface Folded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly checksum: number;
}

/** To the one question that was asked. */
export type FoldingReply = Folded | { readonly failure: Failure };

function fold({ documentId, parts }: FoldingQuestion): FoldingReply {
  try {
    // Packed into a buffer of its own, which moves to whoever asked.
    const { bytes } = pack([foldUpdates(undefined, parts.flatMap(unpack))]);
    return { bytes, checksum: crc32(bytes) };
  } catch (cause) {
    const message = `an update of document ${documentId} does not decode`;
    return { failure: asFailure(corrupt(message, cause)) };
  }
}

parentPort?.on("message", (question: FoldingQuestion) => {
  const reply = fold(question);
  parentPort?.postMessage(reply, "bytes" in reply ? [reply.bytes.buffer] : []);
});

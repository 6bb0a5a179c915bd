/**
 * A run: many updates of one document as compressed bytes, none of their columns lost.
 * Column after column, since numbers, authors and times that lie together pack well.
 * Pure; asks no database.
 */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/** Bytes as stored, with the CRC-32 they had when they were written. */
export interface UpdateRow {
  readonly seq: number;
  readonly checksum: number;
  readonly bytes: Uint8Array;
}

/** One update of a log, as its row had it. */
export interface LoggedUpdate extends UpdateRow {
  /** The store's number for it. */
  readonly author: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/**
 * The count; then of each update how many numbers it lies past the one before, its author, the
 * milliseconds since the one before, the length and the checksum; then all bytes. As zstd.
 * @param updates In order, at least one.
 */
export function encodeRun(updates: readonly LoggedUpdate[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, updates.length);
  const before = (index: number) => updates[index - 1] ?? { seq: 0, at: 0 };
  for (const [index, { seq }] of updates.entries()) {
    encoding.writeVarUint(encoder, seq - before(index).seq);
  }
  for (const { author } of updates) encoding.writeVarUint(encoder, author);
  for (const [index, { at }] of updates.entries()) {
    encoding.writeVarInt(encoder, at - before(index).at);
  }
  for (const { bytes } of updates) encoding.writeVarUint(encoder, bytes.length);
  for (const { checksum } of updates) encoding.writeUint32(encoder, checksum);
  for (const { bytes } of updates) encoding.writeUint8Array(encoder, bytes);
  return zstdCompressSync(encoding.toUint8Array(encoder));
}

/** @throws whatever zlib or lib0 throws at bytes that are no run. */
export function decodeRun(bytes: Uint8Array): LoggedUpdate[] {
  const decoder = decoding.createDecoder(zstdDecompressSync(bytes));
  const count = decoding.readVarUint(decoder);
  const column = (read: () => number) => Array.from({ length: count }, read);
  let [seq, at] = [0, 0];
  const seqs = column(() => (seq += decoding.readVarUint(decoder)));
  const authors = column(() => decoding.readVarUint(decoder));
  const times = column(() => (at += decoding.readVarInt(decoder)));
  const lengths = column(() => decoding.readVarUint(decoder));
  const checksums = column(() => decoding.readUint32(decoder));
  return lengths.map((length, index) => ({
    seq: seqs[index] ?? 0,
    author: authors[index] ?? 0,
    at: times[index] ?? 0,
    checksum: checksums[index] ?? 0,
    bytes: decoding.readUint8Array(decoder, length),
  }));
}

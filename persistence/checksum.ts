/** Whether stored bytes are what was written: rows of updates, runs and snapshots alike. */
import { crc32 } from "node:zlib";
import { corrupt } from "./failure.ts";

/** Bytes with the CRC-32 that they had when they were written. */
export interface Checksummed {
  readonly checksum: number;
  readonly bytes: Uint8Array;
}

export function isIntact({ checksum, bytes }: Checksummed): boolean {
  return crc32(bytes) === checksum;
}

/** @throws StoreError `corrupt`, naming `what` it is. */
export function assertIntact(row: Checksummed, what: string): void {
  if (!isIntact(row)) throw corrupt(`${what} does not match its checksum`);
}

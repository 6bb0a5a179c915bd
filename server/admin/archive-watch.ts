/** Counts the documents in an archive as it goes by, by the headers of its files. Keeps no content. */

/** APPNOTE.TXT, section 4.3.7: how a file in a zip begins. */
const HEADER = { signature: Buffer.from([0x50, 0x4b, 3, 4]), length: 30, nameLengthAt: 26 };

const DOCUMENT = /^documents\/[^/]*\.md$/;

export class ArchiveWatch {
  documents = 0;
  bytes = 0;
  /** What may be the beginning of a header. */
  #rest: Buffer = Buffer.alloc(0);

  take(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    const bytes = Buffer.concat([this.#rest, chunk]);
    let at = bytes.indexOf(HEADER.signature);
    while (at >= 0 && this.#takeHeader(bytes, at)) at = bytes.indexOf(HEADER.signature, at + 1);
    this.#rest = bytes.subarray(at >= 0 ? at : Math.max(0, bytes.length - 3));
  }

  /** False when its end has not come yet. */
  #takeHeader(bytes: Buffer, at: number): boolean {
    const nameAt = at + HEADER.length;
    if (nameAt > bytes.length) return false;
    const end = nameAt + bytes.readUInt16LE(at + HEADER.nameLengthAt);
    if (end > bytes.length) return false;
    if (DOCUMENT.test(bytes.toString("utf8", nameAt, end))) this.documents += 1;
    return true;
  }
}

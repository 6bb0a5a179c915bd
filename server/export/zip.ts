/** Reads and writes the zip files that Word's documents are. What is written of the same files is the same bytes. */
import { buffer } from "node:stream/consumers";
import { inflateRawSync } from "node:zlib";
import { ZipFile } from "yazl";

/** Their content by their path, in their order. */
export type ZippedFiles = ReadonlyMap<string, Buffer>;

/** Of APPNOTE.TXT, sections 4.3.12 and 4.3.16. */
const SIGNATURE = { entry: 0x02_01_4b_50, end: "PK\x05\x06" };

/** Of the record at the end, without a comment. */
const END_BYTES = 22;

const METHOD = { stored: 0, deflated: 8 };

/** In the zip's own count, which knows no zone. */
const LONG_AGO = new Date(1980, 0, 1);

/**
 * What an archive claims of its sizes is not believed.
 * @param most Bytes of all files.
 * @throws for what is no zip file, or holds more.
 */
export function readZip(archive: Buffer, most: number): ZippedFiles {
  const end = archive.lastIndexOf(SIGNATURE.end, undefined, "latin1");
  if (end === -1 || end + END_BYTES > archive.length) throw new RangeError("this is no zip file");
  const files = new Map<string, Buffer>();
  let left = most;
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    if (archive.readUInt32LE(at) !== SIGNATURE.entry) throw new RangeError("an entry is missing");
    const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
    const name = archive.toString("utf8", at + 46, nameEnd);
    const content = contentOf(archive, at, left);
    left -= content.length;
    if (left < 0) throw new RangeError("the zip file holds too much");
    if (!name.endsWith("/")) files.set(name, content);
    at = nameEnd + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}

/** @param at Of its entry in the directory. */
function contentOf(archive: Buffer, at: number, most: number): Buffer {
  const local = archive.readUInt32LE(at + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + archive.readUInt32LE(at + 20));
  const method = archive.readUInt16LE(at + 10);
  if (method === METHOD.stored) return packed;
  if (method !== METHOD.deflated) throw new RangeError("it is packed in an unknown way");
  return inflateRawSync(packed, { maxOutputLength: Math.max(most, 1) });
}

export interface WriteZipOptions {
  /** Default: true. */
  readonly compress?: boolean;
}

export async function writeZip(
  files: ZippedFiles,
  { compress = true }: WriteZipOptions = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of files) {
    zip.addBuffer(content, name, { mtime: LONG_AGO, forceDosTimestamp: true, compress });
  }
  zip.end();
  return buffer(zip.outputStream);
}

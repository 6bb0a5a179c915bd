/** Reads a zip that something else has written: by its central directory, each file held against its checksum. */
import assert from "node:assert/strict";
import { crc32, inflateRawSync } from "node:zlib";

const END = { signature: 0x06054b50, length: 22 };
const ENTRY = { signature: 0x02014b50, length: 46 };
const LOCAL = { signature: 0x04034b50, length: 30 };

/** The files by their names. @throws when it is not whole. */
export function unzipped(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  assert.equal(zip.readUInt32LE(end), END.signature);
  assert.equal(end + END.length, zip.length, "nothing follows its end");
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    assert.equal(zip.readUInt32LE(at), ENTRY.signature);
    const nameEnd = at + ENTRY.length + zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + ENTRY.length, nameEnd);
    assert.ok(!files.has(name), `${name} is there once`);
    files.set(name, contentOf(zip, at));
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

function contentOf(zip: Buffer, entry: number): Buffer {
  const local = zip.readUInt32LE(entry + 42);
  assert.equal(zip.readUInt32LE(local), LOCAL.signature);
  const from = local + LOCAL.length + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(from, from + zip.readUInt32LE(entry + 20));
  const content = zip.readUInt16LE(entry + 10) === 0 ? packed : inflateRawSync(packed);
  assert.equal(content.length, zip.readUInt32LE(entry + 24));
  assert.equal(crc32(content), zip.readUInt32LE(entry + 16));
  return content;
}

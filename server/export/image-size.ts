/** How many pixels an image has, read from its head: PNG, GIF and JPEG. */

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Undefined for what is none of them, or has no size. */
export function imageSize(image: Uint8Array): ImageSize | undefined {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  try {
    const { width, height } = readSize(bytes);
    return width > 0 && height > 0 ? { width, height } : undefined;
  } catch {
    // It ends before its size.
    return undefined;
  }
}

function readSize(bytes: Buffer): ImageSize {
  const start = bytes.readUInt32BE(0);
  if (start === 0x89_50_4e_47) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (start === 0x47_49_46_38) {
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  return jpegSize(bytes);
}

/** ITU T.81, annex B: the size stands in the frame header, one of several kinds. */
function jpegSize(bytes: Buffer): ImageSize {
  for (let at = 2; ; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at] !== 0xff) throw new RangeError("no JPEG");
    const marker = bytes.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
}

/** The text of a file, in whichever of the common ways it is encoded. */
import { isUtf8 } from "node:buffer";

/** UTF-8, UTF-16 with its mark, or else what Windows wrote. @throws TypeError for what is no text. */
export function decodeText(bytes: Uint8Array): string {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (text.includes("\0")) throw new TypeError("it is no text");
  return text;
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return isUtf8(bytes) ? "utf-8" : "windows-1252";
}

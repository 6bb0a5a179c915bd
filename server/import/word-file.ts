/** A Word file as HTML, its images in it. The file is a stranger's: it is unpacked here first, with a bound. */
import mammoth from "mammoth";
import { readZip, writeZip } from "../export/zip.ts";

/** Bytes of all that is in it. */
const LARGEST = 64 * 1024 * 1024;

/** Beyond those that are known. */
const STYLES = ["p[style-name='Title'] => h1:fresh"];

/** @throws for what is no Word file, or holds more than it may. */
export async function wordToHtml(file: Buffer): Promise<string> {
  // What is packed anew holds what was counted, whatever the file made of its reader here.
  const buffer = await writeZip(readZip(file, LARGEST), { compress: false });
  const options = { includeEmbeddedStyleMap: false, styleMap: STYLES };
  const { value } = await mammoth.convertToHtml({ buffer }, options);
  return value;
}

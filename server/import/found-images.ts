/** The images that a file holds itself, gathered while it is read, each with a sign for its place in the text. */
import { randomBytes } from "node:crypto";

export interface FoundImage {
  readonly alt: string;
  readonly bytes: Uint8Array;
}

/** More than that are left out. */
const MOST = 200;

const DATA = /^data:image\/[\w.+-]+;base64,/i;

export class FoundImages {
  readonly all: FoundImage[] = [];
  /** Of letters and digits alone: nothing escapes them. */
  readonly mark = `quireimage${randomBytes(12).toString("hex")}n`;

  /** What stands in the text for an image with this source: its words, when the file does not hold it. */
  placeFor(source: string, alt: string): string {
    const start = DATA.exec(source)?.[0].length;
    if (start === undefined || this.all.length >= MOST) return alt;
    this.all.push({ alt, bytes: Buffer.from(source.slice(start), "base64") });
    return `${this.mark}${this.all.length - 1};`;
  }
}

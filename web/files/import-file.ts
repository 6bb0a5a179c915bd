/**
 * Turns a file into the text of a new document: Markdown and plain text as they are, web pages and
 * Word files into Markdown. Loaded when a file is opened; what reads Word files, when it is one.
 */
import { normalizeText } from "#protocol/document.ts";
import { type FileKind, kindNamed, titleOfFile } from "#protocol/file-kind.ts";
import type { CreatedDocument } from "#protocol/rest.ts";
import { htmlToMarkdown } from "../editor/html-to-markdown.ts";
import { quietPage } from "../editor/quiet-page.ts";
import { words } from "../words/words.ts";
import { ImportError } from "./import-error.ts";
import { Pictures, putIn } from "./import-pictures.ts";

/** Bytes of a file; a text is words alone, and the others hold pictures. */
const LARGEST = { text: 8 * 1024 * 1024, page: 32 * 1024 * 1024, word: 32 * 1024 * 1024 };

export interface ImportedText {
  readonly title: string;
  /** With the words of each picture in its place. */
  readonly content: string;
  /** Puts those that the file itself holds into the document made of it; answers how many it could not. */
  readonly putPictures: (created: CreatedDocument) => Promise<number>;
}

/** @throws ImportError */
export async function importText(file: File): Promise<ImportedText> {
  const { importing } = words.peek();
  const kind = kindNamed(file.name);
  if (!kind) throw new ImportError(importing.kind);
  if (file.size > LARGEST[kind]) throw new ImportError(importing.large);
  try {
    const found = new Pictures();
    const text = normalizeText(await READERS[kind](await file.arrayBuffer(), found));
    const { content, pictures } = found.takeOut(text);
    const putPictures = (created: CreatedDocument) => putIn(pictures, created);
    return { title: titleOfFile(file.name).slice(0, 500), content, putPictures };
  } catch (cause) {
    throw new ImportError(importing.broken, { cause });
  }
}

type Reader = (bytes: ArrayBuffer, pictures: Pictures) => string | Promise<string>;

const READERS: Record<FileKind, Reader> = {
  text: decode,
  page: (bytes, pictures) => markdownOf(decode(bytes), pictures),
  word: async (bytes, pictures) => {
    const { default: mammoth } = await import("mammoth");
    const { value } = await mammoth.convertToHtml({ arrayBuffer: bytes });
    return markdownOf(value, pictures);
  },
};

/** UTF-8, UTF-16 with its mark, or else what Windows wrote. @throws for what is no text. */
function decode(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes);
  const text = textIn(bytes, (first ?? 0) * 256 + (second ?? 0));
  if (text.includes("\0")) throw new TypeError("it is no text");
  return text;
}

function textIn(bytes: ArrayBuffer, mark: number): string {
  if (mark === 0xff_fe) return new TextDecoder("utf-16le").decode(bytes);
  if (mark === 0xfe_ff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function markdownOf(html: string, pictures: Pictures): string {
  const page = quietPage(html);
  pictures.mark(page);
  return `${htmlToMarkdown(page)}\n`;
}

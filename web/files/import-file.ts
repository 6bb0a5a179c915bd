/**
 * Turns a file into the text of a new document: Markdown and plain text as they are, web pages and
 * Word files into Markdown. Loaded when a file is opened; what reads Word files, when it is one.
 */
import { normalizeText } from "#protocol/document.ts";
import { htmlToMarkdown } from "../editor/html-to-markdown.ts";
import { words } from "../words/words.ts";
import { ImportError } from "./import-error.ts";

/** Bytes of a file; Word files hold pictures, which are left out. */
const LARGEST = { text: 8 * 1024 * 1024, word: 32 * 1024 * 1024 };

type Kind = "text" | "page" | "word";

const KINDS: Readonly<Record<string, Kind>> = {
  md: "text",
  markdown: "text",
  txt: "text",
  html: "page",
  htm: "page",
  docx: "word",
};

export interface ImportedText {
  readonly title: string;
  readonly content: string;
}

/** @throws ImportError */
export async function importText(file: File): Promise<ImportedText> {
  const { importing } = words.peek();
  const [, name = file.name, extension = ""] = /^(.*?)\.([^.]*)$/s.exec(file.name) ?? [];
  const kind = KINDS[extension.toLowerCase()];
  if (!kind) throw new ImportError(importing.kind);
  if (file.size > (kind === "word" ? LARGEST.word : LARGEST.text)) {
    throw new ImportError(importing.large);
  }
  try {
    const content = normalizeText(await READERS[kind](await file.arrayBuffer()));
    return { title: name.trim().slice(0, 500), content };
  } catch (cause) {
    throw new ImportError(importing.broken, { cause });
  }
}

const READERS: Record<Kind, (bytes: ArrayBuffer) => string | Promise<string>> = {
  text: decode,
  page: (bytes) => markdownOf(decode(bytes)),
  word: async (bytes) => {
    const { default: mammoth } = await import("mammoth");
    // Pictures would stand in the text as megabytes of letters.
    const convertImage = mammoth.images.imgElement(async () => ({ src: "" }));
    const { value } = await mammoth.convertToHtml({ arrayBuffer: bytes }, { convertImage });
    return markdownOf(value);
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

/** Read as a page of its own, in which nothing runs and nothing is fetched. */
function markdownOf(html: string): string {
  return `${htmlToMarkdown(new DOMParser().parseFromString(html, "text/html"))}\n`;
}

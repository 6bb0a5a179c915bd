/** Reads a web page or a Word file as Markdown and images. Runs in the render thread; knows no documents. */
import { normalizeText } from "#protocol/document.ts";
import { decodeText } from "./decode-text.ts";
import { FoundImages, type FoundImage } from "./found-images.ts";
import { htmlToMarkdown } from "./html-to-markdown.ts";
import { wordToHtml } from "./word-file.ts";

export interface ReadFile {
  /** Markdown, with a sign in the place of each image: `mark`, its index, `;`. */
  readonly content: string;
  readonly images: readonly FoundImage[];
  /** In no file that was not made to have it. */
  readonly mark: string;
}

/** @throws for what is no such file, whatever its reader says. */
export async function readFile(from: "page" | "word", file: Buffer): Promise<ReadFile> {
  const images = new FoundImages();
  const html = from === "word" ? await wordToHtml(file) : decodeText(file);
  const content = normalizeText(`${htmlToMarkdown(html, images)}\n`);
  return { content, images: images.all, mark: images.mark };
}

/** Saves the text of a document as a file, as this page holds it: without the server, and offline. */
import { fileNameOf } from "#protocol/file-name.ts";
import type { OpenDocument } from "../open-document.ts";
import { saveFile } from "./save-file.ts";

const TYPES = { md: "text/markdown;charset=utf-8", txt: "text/plain;charset=utf-8" };

export function saveText(open: OpenDocument, format: keyof typeof TYPES): void {
  const content = new Blob([open.text.toString()], { type: TYPES[format] });
  saveFile(content, `${nameFor(open)}.${format}`);
}

/** Without its ending. */
export function nameFor(open: OpenDocument): string {
  return fileNameOf(open.title.peek()) || "document";
}

/**
 * Saves the document as a file. Its text is taken from the page, also offline; other formats are
 * made by the server, of what it has.
 */
import { fileNameOf } from "#protocol/file-name.ts";
import { asApiError, fetchFile } from "../api.ts";
import type { OpenDocument } from "../open-document.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";
import { saveFile } from "./save-file.ts";
import { settled } from "./settled.ts";

/** As the server names them. */
export type FileFormat = "md" | "txt" | "html" | "docx" | "json";

const TEXT_TYPES: Partial<Record<FileFormat, string>> = {
  md: "text/markdown;charset=utf-8",
  txt: "text/plain;charset=utf-8",
};

export async function exportFile(open: OpenDocument, format: FileFormat): Promise<void> {
  const name = `${fileNameOf(open.title.peek()) || "document"}.${format}`;
  const type = TEXT_TYPES[format];
  if (type) return saveFile(new Blob([open.text.toString()], { type }), name);
  const { exporting } = words.peek();
  try {
    const isWhole = await settled(open);
    const file = await fetchFile(`/documents/${open.id}/export?format=${format}`, open.token());
    saveFile(file.content, file.name ?? name);
    if (!isWhole) toast(exporting.incomplete);
  } catch (error) {
    toast(exporting.failed(asApiError(error).message));
  }
}

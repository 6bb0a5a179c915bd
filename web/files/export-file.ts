/**
 * Saves the document as a file. Its text is taken from the page, also offline; other formats are
 * made by the server, of what it has.
 */
import { asApiError, fetchFile } from "../api.ts";
import type { OpenDocument } from "../open-document.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";
import { saveFile } from "./save-file.ts";
import { nameFor, saveText } from "./save-text.ts";
import { settled } from "./settled.ts";

/** As the server names them. */
export type FileFormat = "md" | "txt" | "html" | "docx" | "json";

export async function exportFile(open: OpenDocument, format: FileFormat): Promise<void> {
  if (format === "md" || format === "txt") return saveText(open, format);
  const { exporting } = words.peek();
  try {
    const isWhole = await settled(open);
    const file = await fetchFile(`/documents/${open.id}/export?format=${format}`, open.token());
    saveFile(file.content, file.name ?? `${nameFor(open)}.${format}`);
    if (!isWhole) toast(exporting.incomplete);
  } catch (error) {
    toast(exporting.failed(asApiError(error).message));
  }
}

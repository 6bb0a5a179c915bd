/** A document's text as a file of some format, named after its title. Knows no HTTP but the file's headers. */
import { create as dispositionOf } from "content-disposition";
import { AppError } from "../errors.ts";

const FORMATS = {
  txt: { type: "text/plain; charset=utf-8", extension: "txt" },
  md: { type: "text/markdown; charset=utf-8", extension: "md" },
} as const;

export type ExportFormat = keyof typeof FORMATS;

export interface ExportedFile {
  readonly type: string;
  readonly body: string;
  /** `Content-Disposition`, RFC 6266. */
  readonly disposition: string;
}

/** @throws AppError `invalid` for a format there is not. */
export function formatNamed(name: unknown): ExportFormat {
  const names = Object.keys(FORMATS) as ExportFormat[];
  const format = names.find((known) => known === name);
  if (format) return format;
  const message = `expected one of ${names.join(", ")}`;
  throw new AppError("invalid", "There is no such format.", {
    issues: [{ path: "format", message }],
  });
}

/** The text to the byte; both formats are the text itself, under another type. */
export function exportDocument(
  document: { readonly title: string; readonly content: string },
  format: ExportFormat,
): ExportedFile {
  const { type, extension } = FORMATS[format];
  return {
    type,
    body: document.content,
    disposition: dispositionOf(`${fileNameOf(document.title)}.${extension}`),
  };
}

/** Without what a file system somewhere refuses, or what hides a file. */
function fileNameOf(title: string): string {
  const name = title
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .replace(/^[. ]+/, "");
  return (
    [...name]
      .slice(0, 80)
      .join("")
      .replace(/[. ]+$/, "") || "document"
  );
}

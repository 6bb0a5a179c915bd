/** A document as a file of some format, named after its title. Knows no HTTP but the file's headers. */
import { create as dispositionOf } from "content-disposition";
import { fileNameOf } from "#protocol/file-name.ts";
import type { ExportedJson, ExportFormat } from "#protocol/rest.ts";
import { AppError } from "../errors.ts";
import type { DocumentImage } from "./document-images.ts";
import type { Renderer } from "./renderer.ts";

/** Each with what it is sent as. */
export const FORMATS: Readonly<Record<ExportFormat, { readonly type: string }>> = {
  txt: { type: "text/plain; charset=utf-8" },
  md: { type: "text/markdown; charset=utf-8" },
  html: { type: "text/html; charset=utf-8" },
  json: { type: "application/json; charset=utf-8" },
  docx: {
    type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  },
  pdf: { type: "application/pdf" },
  yjs: { type: "application/octet-stream" },
};

/** Those that take time to make. */
export type RenderedFormat = "html" | "docx" | "pdf";

/** To be raised when what is made of the same text changes: it is part of the ETag. */
const VERSION = 2;

export interface ExportedDocument {
  readonly id: string;
  readonly title: string;
  readonly content: string;
  readonly language: string | undefined;
  /** Times are milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ExportParts {
  /** Those of its images that the format holds; the others are links. */
  readonly images: readonly DocumentImage[];
  /** All of it, as Yjs encodes it (v1); empty where the format needs none. */
  readonly state: Uint8Array;
}

export interface ExportedFile {
  readonly type: string;
  /** The signal says that whoever asked has gone. */
  readonly body: string | Uint8Array | ((leaving: AbortSignal) => Promise<string | Uint8Array>);
  /** All that the body is made of, where it takes time to be made. */
  readonly source?: string;
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

/** Whether a document's images stand in a file of that format. */
export function holdsImages(format: ExportFormat): boolean {
  return format === "html" || format === "docx" || format === "pdf";
}

/** The text to the byte. */
export function exportText(
  { title, content }: Pick<ExportedDocument, "title" | "content">,
  format: "txt" | "md",
): ExportedFile & { readonly body: string } {
  return { ...headOf(title, format), body: content };
}

export function exportDocument(
  document: ExportedDocument,
  format: ExportFormat,
  { images, state }: ExportParts,
  renderer: Pick<Renderer, "export">,
): ExportedFile {
  const { id: documentId, title, content, language } = document;
  const { type, disposition } = headOf(title, format);
  switch (format) {
    case "txt":
    case "md":
      return exportText(document, format);
    case "json":
      return { type, disposition, body: asJson(document) };
    case "yjs":
      return { type, disposition, body: state };
    case "html":
    case "docx":
    case "pdf": {
      const paths = images.map(({ path }) => path);
      const source = JSON.stringify([VERSION, title, content, language, paths]);
      const order = { format, documentId, title, content, language, images, source };
      return { type, disposition, source, body: (leaving) => renderer.export(order, leaving) };
    }
    default:
      return format satisfies never;
  }
}

function headOf(title: string, format: ExportFormat): Pick<ExportedFile, "type" | "disposition"> {
  const disposition = dispositionOf(`${fileNameOf(title) || "document"}.${format}`);
  return { type: FORMATS[format].type, disposition };
}

function asJson({ id, title, content, language, createdAt, updatedAt }: ExportedDocument): string {
  const times = {
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
  const exported: ExportedJson = { id, title, content, language: language ?? null, ...times };
  return JSON.stringify(exported);
}

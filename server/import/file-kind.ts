/** What a file to be imported is, by its name and its content. */
import { fileTypeFromBuffer } from "file-type";
import { type FileKind, kindNamed } from "#protocol/file-kind.ts";
import { AppError } from "../errors.ts";

/** As much of a file as tells what it is. */
const HEAD_BYTES = 64 * 1024;

/** What a zip file begins with, and so a Word file. */
const ZIP = "PK\u0003\u0004";

export interface NamedFile {
  readonly name: string;
  readonly content: Buffer;
}

/** @throws AppError `type` for what is none of them, whatever it is called; `malformed` for a Word file that is none. */
export async function fileKind({ name, content }: NamedFile): Promise<FileKind> {
  const kind = kindNamed(name);
  const isZip = content.toString("latin1", 0, ZIP.length) === ZIP;
  if (!kind || (isZip && kind !== "word")) throw refusal();
  if (isZip) return kind;
  const found = await fileTypeFromBuffer(content.subarray(0, HEAD_BYTES));
  if (found && !isText(found.mime)) throw refusal();
  if (kind === "word") throw new AppError("malformed", "This is no Word file, or a damaged one.");
  return kind;
}

/** Some of what is text has a name of its own, by how it begins. */
function isText(mime: string): boolean {
  return /^text\/|\bxml$|\brtf$/.test(mime);
}

function refusal(): AppError {
  return new AppError("type", "Send a Markdown, text, HTML or Word file: .md, .txt, .html, .docx.");
}

/**
 * The file by which a document is managed from another browser: it holds the owner's token,
 * which is nowhere else but in the browser that made the document. Knows no page.
 */
import { fileNameOf } from "#protocol/file-name.ts";
import { parseAddress } from "../address.ts";
import { words } from "../words/words.ts";

const VERSION = 1;

/** Larger than any; what is larger is something else, dropped by mistake. Bytes. */
export const LARGEST_OWNER_FILE = 65_536;

export interface OwnerFile {
  /** Of the server. */
  readonly origin: string;
  readonly documentId: string;
  readonly title: string;
  readonly ownerToken: string;
  /** Of the address bar: absolute, and to be passed on. */
  readonly link: string;
}

/** What is wrong with a file; `message` is a sentence for people. */
export class OwnerFileError extends Error {
  override readonly name = "OwnerFileError";
}

export function writeOwnerFile(file: OwnerFile): string {
  return `${JSON.stringify({ version: VERSION, ...file }, undefined, 2)}\n`;
}

/**
 * @param origin Of this server.
 * @throws OwnerFileError
 */
export function readOwnerFile(text: string, origin: string): OwnerFile {
  const { version, ...file } = parsed(text);
  if (typeof version === "number" && version > VERSION) {
    throw new OwnerFileError(words.peek().ownerFile.isNewer);
  }
  if (version !== VERSION || !isOwnerFile(file)) {
    throw new OwnerFileError(words.peek().ownerFile.isNone);
  }
  if (file.origin !== origin) {
    throw new OwnerFileError(words.peek().ownerFile.isForeign(file.origin));
  }
  if (!leadsTo(file)) throw new OwnerFileError(words.peek().ownerFile.isNone);
  return file;
}

/** After the title. */
export function ownerFileName(title: string): string {
  const { ownerFile } = words.peek();
  return ownerFile.fileName(fileNameOf(title) || ownerFile.untitled);
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isOwnerFile(file: object): file is OwnerFile {
  const { origin, documentId, title, ownerToken, link } = file as Partial<
    Record<keyof OwnerFile, unknown>
  >;
  return typeof title === "string" && [origin, documentId, ownerToken, link].every(isFilled);
}

function isFilled(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** A link that leads elsewhere would take the owner's trust along. */
function leadsTo({ link, origin, documentId }: OwnerFile): boolean {
  if (!URL.canParse(link)) return false;
  const url = new URL(link);
  const address = parseAddress(url);
  return url.origin === origin && address.screen === "document" && address.id === documentId;
}

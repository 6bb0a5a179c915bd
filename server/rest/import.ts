/** `POST /api/documents/import`: a file becomes a new document, its images the document's own. */
import { hash } from "node:crypto";
import type { RequestHandler } from "express";
import { hasHeading, normalizeText } from "#protocol/document.ts";
import { titleOfFile } from "#protocol/file-kind.ts";
import type { Attachments } from "../../persistence/attachments.ts";
import { addressOf } from "../address.ts";
import { AppError } from "../errors.ts";
import type { Renderer } from "../export/renderer.ts";
import { decodeText } from "../import/decode-text.ts";
import { fileKind } from "../import/file-kind.ts";
import { type ImageLimits, keepImages } from "../import/kept-images.ts";
import { sendCreated } from "./create.ts";
import type { Creation } from "./creation.ts";
import { type ReceivedFile, receiveInMemory } from "./multipart.ts";
import { placesFor } from "./places.ts";
import { leavingOf } from "./respond.ts";

export interface ImportOptions extends ImageLimits {
  readonly creation: Creation;
  readonly renderer: Renderer;
  readonly attachments: Attachments;
  readonly trustProxy: number;
  /** Bytes of the file; 0: no limit. */
  readonly maxMessageBytes: number;
}

/** From one address: each is in memory. */
const MOST_AT_ONCE = 3;

/** Longest title that a document is made with, in UTF-16 code units. */
const LONGEST_TITLE = 500;

export function importDocument(options: ImportOptions): RequestHandler[] {
  const { creation, attachments, maxMessageBytes, trustProxy } = options;
  const oneOfFew = placesFor(MOST_AT_ONCE, "Too many files at once. Try again in a moment.");
  return [
    creation.mayCreate,
    async (request, response) => {
      const address = addressOf(request, trustProxy);
      await oneOfFew(address, async () => {
        const file = await receiveInMemory(maxMessageBytes, request, response);
        const content = async (id: string) => {
          const text = await contentOf(options, { file, id, address }, leavingOf(response));
          return { title: hasHeading(text) ? undefined : titleOf(file), content: text };
        };
        const source = {
          asks: asksOf(file),
          content,
          discard: attachments.remove.bind(attachments),
        };
        sendCreated(response, await creation.make(request, source));
      });
    },
  ];
}

/** The same for the same file. */
function asksOf({ name, content }: ReceivedFile): string {
  return JSON.stringify([name, hash("sha256", content)]);
}

interface Import {
  readonly file: ReceivedFile;
  /** Of the document that it becomes. */
  readonly id: string;
  readonly address: string;
}

/** @throws AppError `type` for another kind of file, `malformed` for a broken one. */
async function contentOf(
  options: ImportOptions,
  { file, id, address }: Import,
  leaving: AbortSignal,
): Promise<string> {
  const kind = await fileKind(file);
  if (kind === "text") return plainText(file.content);
  const order = { from: kind, file: file.content, owner: address } as const;
  const read = await options.renderer.read(order, leaving);
  return keepImages(options.attachments, id, read, options);
}

function plainText(content: Uint8Array): string {
  try {
    return normalizeText(decodeText(content));
  } catch (cause) {
    throw new AppError("type", "This file holds no text.", { cause });
  }
}

/** Undefined: it has no name, and the text gives the title. */
function titleOf({ name }: ReceivedFile): string | undefined {
  return titleOfFile(name).slice(0, LONGEST_TITLE) || undefined;
}

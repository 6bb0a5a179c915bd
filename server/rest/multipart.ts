/** Reads one file out of a multipart body, into the attachments or into memory; knows only here what multer says. */
import type { Readable } from "node:stream";
import type { Request, Response } from "express";
import multer, { MulterError, type StorageEngine } from "multer";
import type { Attachments, IncomingAttachment } from "../../persistence/attachments.ts";
import { StoreError } from "../../persistence/store-error.ts";
import { AppError } from "../errors.ts";

/** The only part there may be. */
const FIELD = "file";

export interface MultipartOptions {
  readonly attachments: Attachments;
  /** Of one file; 0: no limit. */
  readonly maxAttachmentBytes: number;
}

/** @throws AppError `type`, `invalid` or `large`, or StoreError; nothing of the body is kept then. */
export async function receiveFile(
  { attachments, maxAttachmentBytes }: MultipartOptions,
  request: Request<{ id: string }>,
  response: Response,
): Promise<IncomingAttachment> {
  let arrived: IncomingAttachment | undefined;
  const take = async (stream: Readable, done: (error?: unknown, info?: object) => void) => {
    try {
      // To multer a stream that ends early is a body that broke off, whatever the store has to say.
      arrived = await attachments.receive(stream.iterator({ destroyOnReturn: false }));
    } catch (error) {
      return done(error);
    }
    done(null, {});
  };
  const letGo = async (done: (error: Error | null) => void) => {
    await arrived?.discard();
    done(null);
  };
  const storage: StorageEngine = {
    _handleFile: (_request, { stream }, done) => void take(stream, done),
    _removeFile: (_request, _file, done) => void letGo(done),
  };
  await receive({ storage, most: maxAttachmentBytes, what: "An image" }, request, response);
  return arrived ?? missing();
}

export interface ReceivedFile {
  /** As its sender calls it. */
  readonly name: string;
  readonly content: Buffer;
}

/** @param most Bytes; 0: no limit. @throws AppError `type`, `invalid` or `large`. */
export async function receiveInMemory(
  most: number,
  request: Request,
  response: Response,
): Promise<ReceivedFile> {
  await receive({ storage: multer.memoryStorage(), most, what: "A file" }, request, response);
  const { originalname: name, buffer: content } = request.file ?? missing();
  return { name, content };
}

interface Receiving {
  readonly storage: StorageEngine;
  /** Bytes; 0: no limit. */
  readonly most: number;
  /** Begins the sentence about what is too large. */
  readonly what: string;
}

function receive(
  { storage, most, what }: Receiving,
  request: Pick<Request, "is">,
  response: Response,
): Promise<void> {
  if (!request.is("multipart/form-data")) {
    throw new AppError("type", `Send multipart/form-data with one part named ${FIELD}.`);
  }
  const limits = { files: 1, parts: 1, ...(most > 0 && { fileSize: most }) };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const read = multer({ storage, limits, defParamCharset: "utf8" }).single(FIELD);
  read(request as Request, response, (error: unknown) => {
    if (error) reject(refusalOf(error, `${what} may have ${inMiB(most)}.`));
    else resolve();
  });
  return promise;
}

function missing(): never {
  throw new AppError("invalid", `There is no part named ${FIELD} with a file.`);
}

/** All but the store's own errors say that the body is not what it should be, or broke off. */
function refusalOf(error: unknown, limit: string): Error {
  if (error instanceof StoreError) return error;
  if (error instanceof MulterError && error.code === "LIMIT_FILE_SIZE") {
    return new AppError("large", limit);
  }
  const hint = `Send one file in one part named ${FIELD}, whole.`;
  return new AppError("invalid", hint, { cause: error });
}

/** In words; rounded down, so that what is said is never too much. */
export function inMiB(bytes: number): string {
  const MIB = 1024 * 1024;
  return bytes < MIB ? `${bytes} bytes` : `${Math.floor(bytes / MIB)} MiB`;
}

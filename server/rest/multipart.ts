/** Reads one file out of a multipart body straight into the attachments; knows only here what multer says. */
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
export function receiveFile(
  { attachments, maxAttachmentBytes }: MultipartOptions,
  request: Request<{ id: string }>,
  response: Response,
): Promise<IncomingAttachment> {
  if (!request.is("multipart/form-data")) {
    throw new AppError("type", `Send multipart/form-data with one part named ${FIELD}.`);
  }
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
  const limits = {
    files: 1,
    parts: 1,
    ...(maxAttachmentBytes > 0 && { fileSize: maxAttachmentBytes }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingAttachment>();
  multer({ storage, limits }).single(FIELD)(request, response, (error: unknown) => {
    if (error) reject(refusalOf(error, maxAttachmentBytes));
    else if (arrived) resolve(arrived);
    else reject(new AppError("invalid", `There is no part named ${FIELD} with a file.`));
  });
  return promise;
}

/** All but the store's own errors say that the body is not what it should be, or broke off. */
function refusalOf(error: unknown, most: number): Error {
  if (error instanceof StoreError) return error;
  if (error instanceof MulterError && error.code === "LIMIT_FILE_SIZE") {
    return new AppError("large", `An image may have ${inMiB(most)}.`);
  }
  const hint = `Send one file in one part named ${FIELD}, whole.`;
  return new AppError("invalid", hint, { cause: error });
}

/** In words; rounded down, so that what is said is never too much. */
export function inMiB(bytes: number): string {
  const MIB = 1024 * 1024;
  return bytes < MIB ? `${bytes} bytes` : `${Math.floor(bytes / MIB)} MiB`;
}

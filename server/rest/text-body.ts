/** Reads bodies that are a document's text: their type, size and encoding. */
import { raw, type Request, type RequestHandler } from "express";
import { AppError } from "../errors.ts";

/** What a text may be sent as. */
const TEXT_TYPES = ["text/plain", "text/markdown"];

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** Whether the body says to be a text. */
export function isText(request: Request): boolean {
  return Boolean(request.is(TEXT_TYPES));
}

/**
 * Middleware that fills `request.body` with the text as it came. A body that does not say what
 * it is counts as one, since `curl -T` says nothing. @param limit Bytes; 0: no limit.
 */
export function textBody(limit: number): RequestHandler[] {
  return [
    demandText,
    raw({ limit: limit || Number.POSITIVE_INFINITY, type: () => true }),
    (request, _response, next) => {
      request.body = decode(request.body);
      next();
    },
  ];
}

const demandText: RequestHandler = (request, _response, next) => {
  const type = request.get("content-type");
  const hasBody = request.headers["transfer-encoding"] || Number(request.headers["content-length"]);
  if (type ? !isText(request) : !hasBody) {
    throw new AppError("type", "Send text/markdown or text/plain.");
  }
  const charset = CHARSET.exec(type ?? "")?.[1]?.toLowerCase() ?? "utf-8";
  if (!["utf-8", "utf8", "us-ascii"].includes(charset)) {
    throw new AppError("type", "Send the text as UTF-8.");
  }
  next();
};

/** Nothing is put in the place of what is no UTF-8: a text is kept to the byte or not at all. */
function decode(body: unknown): string {
  if (!Buffer.isBuffer(body)) return "";
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new AppError("invalid", "The body is not UTF-8.", { cause });
  }
}

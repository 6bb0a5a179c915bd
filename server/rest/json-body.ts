/** Reads JSON bodies: their type, size, depth and shape, with an answer that says what is wrong. */
import { json, type RequestHandler } from "express";
import type { z } from "zod";
import { AppError } from "../errors.ts";

/** Nothing here is nested deeper than this, and parsers recurse. */
const DEEPEST = 32;

/** For calls that carry no document; bytes. */
export const SMALL_BODY = 64 * 1024;

/** Middleware that fills `request.body`. @param limit Bytes; 0: no limit. */
export function jsonBody(limit: number): RequestHandler[] {
  return [
    demandJson,
    json({
      limit: limit || Number.POSITIVE_INFINITY,
      strict: false,
      verify: (_request, _response, bytes) => demandShallow(bytes),
    }),
  ];
}

/** @throws AppError `invalid` naming what does not fit the schema. No body counts as `{}`. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  throw new AppError("invalid", "See errors for what is wrong with the body.", { issues });
}

const demandJson: RequestHandler = (request, _response, next) => {
  const hasBody = request.headers["transfer-encoding"] || Number(request.headers["content-length"]);
  if (!hasBody || request.is("application/json")) return next();
  throw new AppError("type", "Send application/json.");
};

const BYTE = { quote: 0x22, backslash: 0x5c, open: [0x5b, 0x7b], close: [0x5d, 0x7d] };

/** Brackets inside strings do not count. */
function demandShallow(bytes: Uint8Array): void {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (isInString && byte === BYTE.backslash) at += 1;
    else if (byte === BYTE.quote) isInString = !isInString;
    else if (!isInString && BYTE.open.includes(byte)) depth += 1;
    else if (!isInString && BYTE.close.includes(byte)) depth -= 1;
    if (depth > DEEPEST) throw new AppError("invalid", `Nest no deeper than ${DEEPEST}.`);
  }
}

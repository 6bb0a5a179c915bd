/** The address under which the world knows this server. */
import type { Request } from "express";
import { AppError } from "../errors.ts";

/** `PUBLIC_URL`, or the host that was asked. Without a slash at its end. */
export function baseOf(request: Request, publicUrl: string | undefined): string {
  if (publicUrl) return publicUrl;
  const asked = `${request.protocol}://${request.host}`;
  if (URL.canParse(asked)) return new URL(asked).origin;
  throw new AppError("invalid", "The Host header names no host.");
}

/** The page of a document, the token where no server sees it. */
export function pageUrl(base: string, documentId: string, token: string): string {
  return `${base}/d/${documentId}#${token}`;
}

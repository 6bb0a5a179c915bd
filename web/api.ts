/** How the page calls REST, and the calls on a document as a whole. Tokens travel in the header alone. */
import type { CreatedDocument, DocumentMetadata, Problem } from "#protocol/rest.ts";
import { words } from "./words/words.ts";

interface ApiErrorOptions {
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** The server, or the way to it, said no; `message` is a sentence for people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The last part of the problem's type; `unreachable` when nobody answered. */
  readonly reason: string;
  readonly retryAfter: number | undefined;

  constructor(reason: string, message: string, { retryAfter, cause }: ApiErrorOptions = {}) {
    super(message, { cause });
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

export interface Call {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/**
 * @param path After `/api`.
 * @returns the JSON that was answered; undefined where there is none.
 * @throws ApiError
 */
export async function call<T>(path: string, given: Call = {}): Promise<T> {
  const response = await send(path, given);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** A file with the name that the server gave it, if it did. @throws ApiError */
export async function fetchFile(path: string, token: string) {
  const response = await send(path, { token });
  const content = await response.blob().catch((cause: unknown) => {
    throw unreachable(cause);
  });
  return { content, name: fileNameIn(response.headers.get("Content-Disposition") ?? "") };
}

/** RFC 6266: the name in any letters stands beside one in few. */
function fileNameIn(disposition: string): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1];
}

async function send(path: string, given: Call): Promise<Response> {
  const { method = "GET", token, body, headers } = given;
  const response = await fetch(`/api${path}`, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** What an error says to people; whatever was not foreseen is a failed connection to them. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : unreachable(error);
}

/** @param key What the server asks for to make documents, if it does. */
export function createDocument(
  key: string | undefined,
  body: { readonly title?: string; readonly content?: string } = {},
): Promise<CreatedDocument> {
  return call("/documents", { method: "POST", token: key, body });
}

/** A new document with the present text. @param key As above. */
export function copyDocument(
  id: string,
  token: string,
  key: string | undefined,
): Promise<CreatedDocument> {
  const headers: Record<string, string> = key ? { "Create-Token": key } : {};
  return call(`/documents/${id}/copy`, { method: "POST", token, headers });
}

export function deleteDocument(id: string, token: string): Promise<void> {
  return call(`/documents/${id}`, { method: "DELETE", token });
}

/** Takes a deleted document out of the trash. */
export function restoreDocument(id: string, token: string): Promise<DocumentMetadata> {
  return call(`/documents/${id}/restore`, { method: "POST", token });
}

export function readMetadata(id: string, token: string): Promise<DocumentMetadata> {
  return call(`/documents/${id}`, { token });
}

/** Lets a damaged document go on without what is lost. */
export function acceptLoss(id: string, token: string): Promise<DocumentMetadata> {
  return call(`/documents/${id}/accept-loss`, { method: "POST", token });
}

function unreachable(cause: unknown): ApiError {
  return new ApiError("unreachable", words.peek().problems.unreachable, { cause });
}

/** What an answer that is no success says. */
export async function errorOf(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  try {
    const { type, detail, errors } = (await response.json()) as Problem;
    const wrong = errors?.map(({ message }) => `${message}.`).join(" ");
    const reason = type.split("/").at(-1) ?? "";
    const sentence = words.peek().problems.refused(reason, wrong || detail);
    return new ApiError(reason, sentence, { retryAfter });
  } catch (cause) {
    return new ApiError("internal", words.peek().problems.internal, { retryAfter, cause });
  }
}

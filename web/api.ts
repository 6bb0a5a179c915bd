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
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** What an error says to people; whatever was not foreseen is a failed connection to them. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : unreachable(error);
}

/** @param key What the server asks for to make documents, if it does. */
export function createDocument(key: string | undefined): Promise<CreatedDocument> {
  return call("/documents", { method: "POST", token: key, body: {} });
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

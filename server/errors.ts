/**
 * Every way the server says no: one word, with what it means over HTTP and over
 * a WebSocket. Knows neither Express nor ws; each edge maps an AppError once.
 */
import { CLOSE_CODES, type CloseCode } from "#protocol/close-codes.ts";

interface ErrorKind {
  /** HTTP status, RFC 9110. */
  readonly status: number;
  /** How a WebSocket ends for it. */
  readonly close: CloseCode;
  /** Same sentence for every occurrence, as RFC 9457 asks of `title`. */
  readonly title: string;
}

const ERRORS = {
  malformed: {
    status: 422,
    close: CLOSE_CODES.malformed,
    title: "What was sent could not be decoded",
  },
  invalid: { status: 422, close: CLOSE_CODES.malformed, title: "What was sent is not valid" },
  token: { status: 401, close: CLOSE_CODES.noToken, title: "A token is needed" },
  password: { status: 401, close: CLOSE_CODES.noToken, title: "A password is needed" },
  claim: { status: 401, close: CLOSE_CODES.noToken, title: "This link must be claimed first" },
  wrong: { status: 403, close: CLOSE_CODES.forbidden, title: "The password is wrong" },
  used: {
    status: 403,
    close: CLOSE_CODES.forbidden,
    title: "This link was used as often as it may be",
  },
  revoked: { status: 403, close: CLOSE_CODES.forbidden, title: "This link no longer works" },
  expired: { status: 403, close: CLOSE_CODES.forbidden, title: "This link has expired" },
  role: {
    status: 403,
    close: CLOSE_CODES.forbidden,
    title: "The role of this link does not allow that",
  },
  unknown: { status: 404, close: CLOSE_CODES.unknown, title: "There is nothing here" },
  deleted: {
    status: 410,
    close: CLOSE_CODES.deleted,
    title: "This document was deleted",
  },
  epoch: {
    status: 409,
    close: CLOSE_CODES.otherEpoch,
    title: "The document was rebuilt since this copy was made",
  },
  precondition: {
    status: 412,
    close: CLOSE_CODES.malformed,
    title: "The document is not as you expect it any more",
  },
  conflict: { status: 409, close: CLOSE_CODES.malformed, title: "That does not fit what is there" },
  format: {
    status: 422,
    close: CLOSE_CODES.malformed,
    title: "The document cannot be made into this format",
  },
  rate: { status: 429, close: CLOSE_CODES.tooFast, title: "Too much at once" },
  full: { status: 413, close: CLOSE_CODES.documentFull, title: "The document is full" },
  large: { status: 413, close: CLOSE_CODES.frameTooLarge, title: "What was sent is too large" },
  type: { status: 415, close: CLOSE_CODES.malformed, title: "This content type is not accepted" },
  missing: {
    status: 501,
    close: CLOSE_CODES.tryLater,
    title: "This server lacks what that needs",
  },
  restart: { status: 503, close: CLOSE_CODES.restart, title: "The server is restarting" },
  overload: {
    status: 503,
    close: CLOSE_CODES.tryLater,
    title: "The server cannot do that at the moment",
  },
} as const satisfies Record<string, ErrorKind>;

/** The reason word: last part of a problem `type`, and the WebSocket close reason. */
export type ErrorCode = keyof typeof ERRORS;

/** What a reason word means at the edges. */
export function kindOf(code: ErrorCode): ErrorKind {
  return ERRORS[code];
}

interface AppErrorOptions {
  readonly cause?: unknown;
  /** Which parts of the input were wrong. */
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  /** Milliseconds after which trying again makes sense. */
  readonly retryAfterMs?: number;
}

/** A refusal that a client is told about; `hint` is a sentence that says what to do. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly issues: AppErrorOptions["issues"];
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, hint: string, options: AppErrorOptions = {}) {
    super(`${code}: ${hint}`, { cause: options.cause });
    this.code = code;
    this.hint = hint;
    this.issues = options.issues;
    this.retryAfterMs = options.retryAfterMs;
  }

  get kind(): ErrorKind {
    return kindOf(this.code);
  }
}

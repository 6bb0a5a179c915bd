/**
 * The edge where errors become HTTP answers: `application/problem+json`
 * (RFC 9457). Errors are mapped and logged here and nowhere else in REST.
 */
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import type { Problem } from "#protocol/rest.ts";
import { StoreError } from "../../persistence/store-error.ts";
import { AppError } from "../errors.ts";

/** Last of the API's routes: nothing answered. */
export const noSuchCall: RequestHandler = (request) => {
  throw new AppError(
    "unknown",
    `There is no call ${request.method} ${request.baseUrl}${request.path}.`,
  );
};

/** Express error handler: answers the problem; what was not foreseen is logged and told as 500 only. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    if (response.headersSent) {
      logger.error({ err: error }, "an answer broke off");
      response.destroy();
      return;
    }
    const refusal = asAppError(error);
    if (refusal) return sendProblem(response, problemOf(refusal), refusal.retryAfterMs);
    logger.error({ err: error }, "a request failed");
    if (error instanceof StoreError) return sendProblem(response, problemOf(storeRefusal(error)));
    sendProblem(response, {
      type: "/problems/internal",
      title: "The server made a mistake",
      status: 500,
      detail: "Nothing is known to be lost. Try again, and tell whoever runs this server.",
    });
  };
}

function storeRefusal(cause: StoreError): AppError {
  const hint =
    cause.code === "full"
      ? "The server's disk is full. Nothing of this was stored."
      : "The document cannot be stored or read at the moment.";
  return new AppError("overload", hint, { cause });
}

function problemOf(error: AppError): Problem {
  return {
    type: `/problems/${error.code}`,
    title: error.kind.title,
    status: error.kind.status,
    detail: error.hint,
    ...(error.issues && { errors: error.issues }),
  };
}

function sendProblem(response: Response, problem: Problem, retryAfterMs = 2000): void {
  if (problem.status === 401) response.set("WWW-Authenticate", "Bearer");
  if (problem.status === 503 || problem.status === 429) {
    response.set("Retry-After", String(Math.ceil(retryAfterMs / 1000)));
  }
  response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

/** Express's own errors (body parser, URL decoding) carry a status and a type. */
function asAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  switch (type) {
    case "entity.too.large":
      return new AppError("large", "Send less at once.", { cause: error });
    case "encoding.unsupported":
    case "charset.unsupported":
      return new AppError("type", "Send UTF-8, compressed by gzip, deflate or br or not at all.");
    case "entity.parse.failed":
      return new AppError("invalid", "The body is not valid JSON.", { cause: error });
    default:
      return typeof status === "number" && status >= 400 && status < 500
        ? new AppError("invalid", "The request could not be read.", { cause: error })
        : undefined;
  }
}

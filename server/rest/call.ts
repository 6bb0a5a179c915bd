/**
 * A call of the API as it is described to others: what it takes, what it answers and
 * who may make it. Data alone; `openapi.ts` makes the document of all of them.
 */
import type { ZodObject, ZodType } from "zod";
import type { Role } from "#protocol/roles.ts";
import type { ErrorCode } from "../errors.ts";

/** By media type; undefined: bytes or text that no schema describes. */
export type Contents = Readonly<Record<string, ZodType | undefined>>;

export interface Answer {
  /** What it holds, in a few words. */
  readonly description: string;
  readonly content?: Contents;
  /** Response headers that are always there, by name, each with what it tells. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Call {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** As OpenAPI writes it: `/api/documents/{id}`. */
  readonly path: string;
  /** A verb and its object; no full stop. Its words make the `operationId`, by which generated clients name the call. */
  readonly summary: string;
  readonly description?: string;
  /** Role that a token needs, or what else opens it. */
  readonly needs: Role | "create token" | "admin token" | "link" | "nothing";
  readonly query?: ZodObject;
  readonly requestHeaders?: ZodObject;
  readonly body?: Contents;
  /** By HTTP status. What stands here takes the place of the problems with that status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Refusals beyond those that `needs`, `path`, `query` and `body` bring along. */
  readonly problems?: readonly ErrorCode[];
}

/** Calls of one kind, under one heading. */
export interface CallGroup {
  readonly name: string;
  readonly description: string;
  readonly calls: readonly Call[];
}

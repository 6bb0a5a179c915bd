/** Calls of the REST surface as a program would make them. */
import assert from "node:assert/strict";
import type { Problem } from "#protocol/rest.ts";
import type { TestServer } from "./server.ts";

export interface Call {
  readonly method?: string;
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** @param path After `/api/documents`. */
export function call({ url }: Pick<TestServer, "url">, path: string, given: Call = {}) {
  const { method = "GET", token, body, headers = {} } = given;
  return fetch(`${url}/api/documents${path}`, {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** The problem that was answered, with its reason word checked. */
export async function refused(
  response: Promise<Response>,
  status: number,
  reason: string,
): Promise<Problem> {
  const answer = await response;
  const problem = (await answer.json()) as Problem;
  assert.deepEqual([answer.status, problem.type], [status, `/problems/${reason}`]);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  return problem;
}

/** The JSON that was answered, with its status checked. */
export async function answered<T>(response: Promise<Response>, status = 200): Promise<T> {
  const answer = await response;
  const text = await answer.text();
  assert.equal(answer.status, status, text);
  return JSON.parse(text) as T;
}

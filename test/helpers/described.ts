/**
 * Holds what a server answers against the description of its API: whatever `fetch` of this
 * process gets from a server that was named here must stand in it, to the last property.
 */
import assert from "node:assert/strict";
import { Ajv2020, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describeApi, type OpenApiDocument } from "../../server/rest/openapi.ts";

interface Operation {
  readonly responses: Readonly<Record<string, Described | { readonly $ref: string }>>;
}

interface Described {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: AnySchema }>>;
}

/** What else is served to browsers under these addresses. */
const NO_CALLS = /^\/api\/docs\//;

const CALLS = /^\/(?:api(?:\/|$)|healthz$|readyz$|metrics$)/;

const undescribedFetch = globalThis.fetch;

const origins = new Set<string>();

/** From now on `fetch` rejects when this server answers what is not described. */
export function expectDescribed(url: string): void {
  origins.add(new URL(url).origin);
  if (globalThis.fetch === undescribedFetch) globalThis.fetch = describedFetch;
}

async function describedFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await undescribedFetch(input, init);
  const isRequest = input instanceof Request;
  const url = new URL(isRequest ? input.url : input);
  const method = (init?.method ?? (isRequest ? input.method : "GET")).toUpperCase();
  if (origins.has(url.origin)) await demandDescribed(method, url.pathname, response);
  return response;
}

/** @throws AssertionError when the description has no such answer to this call. */
export async function demandDescribed(
  method: string,
  path: string,
  response: Response,
): Promise<void> {
  if (!CALLS.test(path) || NO_CALLS.test(path) || method === "OPTIONS") return;
  const what = `${method} ${path} answered ${response.status}`;
  const operation = operationOf(method, path);
  if (!operation) return demandNoCall(response, what);
  const answer = answerOf(operation, response.status);
  assert.ok(answer, `${what}, which is not described`);
  for (const name of Object.keys(answer.headers ?? {})) {
    assert.ok(response.headers.has(name), `${what} without ${name}`);
  }
  const hasBody = method !== "HEAD" && response.status !== 304;
  if (hasBody) await demandContent(answer, response, what);
}

/** Nothing but a refusal may come from where no call is. */
async function demandNoCall(response: Response, what: string): Promise<void> {
  assert.ok([404, 503].includes(response.status), `${what}, and there is no such call`);
  const problem = { content: { "application/problem+json": { schema: PROBLEM } } };
  await demandContent(problem, response, what);
}

const PROBLEM = { $ref: "#/components/schemas/Problem" };

async function demandContent(answer: Described, response: Response, what: string): Promise<void> {
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  const { content } = answer;
  if (!content) return assert.equal(await response.clone().text(), "", `${what} with a body`);
  const media = content[type] ?? content[type.replace(/\/.*/, "/*")];
  assert.ok(media, `${what} with ${type || "no type"}, which is not described`);
  if (!media.schema || !type.endsWith("json")) return;
  const validate = validatorOf(media.schema);
  const isValid = validate(await response.clone().json());
  assert.ok(isValid, `${what} with ${JSON.stringify(validate.errors)}`);
}

function answerOf(operation: Operation, status: number): Described | undefined {
  const answer = operation.responses[status];
  if (!answer || !("$ref" in answer)) return answer;
  const name = answer.$ref.replace("#/components/responses/", "");
  return description().components?.responses?.[name] as Described | undefined;
}

/** The path without parameters before those with them, as OpenAPI has it. */
function operationOf(method: string, path: string): Operation | undefined {
  const { paths = {} } = description();
  const matching = Object.keys(paths)
    .filter((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`).test(path))
    .toSorted((a, b) => a.split("{").length - b.split("{").length);
  const verb = method === "HEAD" ? "get" : method.toLowerCase();
  return matching
    .map((template) => paths[template]?.[verb as "get"] as Operation | undefined)
    .find((operation) => operation !== undefined);
}

let made: OpenApiDocument | undefined;

/** Objects take no property that is not described, lest an answer tell more than it should. */
function description(): OpenApiDocument {
  made ??= closed(describeApi());
  return made;
}

function closed<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => closed(item)) as T;
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  const isObject = "properties" in copy && "type" in copy;
  return (isObject ? { additionalProperties: false, ...copy } : copy) as T;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);

const validators = new Map<AnySchema, ValidateFunction>();

function validatorOf(schema: AnySchema): ValidateFunction {
  const known = validators.get(schema);
  if (known) return known;
  const { components } = description();
  const validate = ajv.compile({ allOf: [schema], components });
  validators.set(schema, validate);
  return validate;
}

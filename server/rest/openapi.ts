/**
 * The API's description, OpenAPI 3.1: made of the calls as data, the schemas that check and
 * type what travels, and the table of errors. Knows no Express; loaded only when it is asked for.
 */
import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  type ResponseConfig,
  type RouteConfig,
  zodToOpenAPIRegistry,
} from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { Problem } from "#protocol/rest.ts";
import type { Answer, Call, Contents } from "./call.ts";
import { neededInWords, SECURITY_SCHEMES, securityOf } from "./call-needs.ts";
import { CALL_GROUPS } from "./calls/calls.ts";
import { headersOf } from "./described-headers.ts";
import { VERSION } from "../version.ts";
import { problemAnswers, problemComponents } from "./problem-answers.ts";

/** The whole document, ready for JSON. */
export type OpenApiDocument = ReturnType<OpenApiGeneratorV31["generateDocument"]>;

const ABOUT = `Every document can be read, written and managed by these calls.

A **token** opens one document in one role: \`view\` < \`comment\` < \`edit\` < \`owner\`. It is sent as
\`Authorization: Bearer <token>\`, and on GET \`?token=\` will do. The answer to *Create a document* has the owner's
and one for editing.

Every GET answers HEAD too. Errors are \`application/problem+json\` (RFC 9457): the last part of \`type\` is a word
to go by, \`detail\` says what to do next. A token that opens nothing and a document that does not exist answer alike.`;

/** By their names in paths. */
const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  id: "Of the document; by itself it opens nothing",
  hookId: "Of the webhook, as the list of webhooks has it",
  linkId: "Of the link, as the list of links has it",
  name: "Of the image, the last part of its `url`",
};

const ARTICLES = new Set(["a", "an", "the"]);

/** The same each time, so that it may be made once. */
export function describeApi(): OpenApiDocument {
  recogniseIds();
  const registry = new OpenAPIRegistry();
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES)) {
    registry.registerComponent("securitySchemes", name, scheme);
  }
  for (const [name, response] of problemComponents(CALL_GROUPS.flatMap(({ calls }) => calls))) {
    registry.registerComponent("responses", name, response);
  }
  for (const { name, calls } of CALL_GROUPS) {
    for (const call of calls) registry.registerPath(routeOf(call, name));
  }
  const problem = { type: "schema", schema: Problem } as const;
  return new OpenApiGeneratorV31([problem, ...registry.definitions]).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Quire",
      version: VERSION,
      description: ABOUT,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "The server that this comes from" }],
    tags: CALL_GROUPS.map(({ name, description }) => ({ name, description })),
  });
}

/** The generator makes components of those schemas only that it has been told of. */
function recogniseIds(): void {
  for (const schema of z.globalRegistry._idmap.values()) {
    zodToOpenAPIRegistry.add(schema as z.ZodType, {});
  }
}

function routeOf(call: Call, tag: string): RouteConfig {
  const { method, path, summary, description, query, requestHeaders, body } = call;
  return {
    method,
    path,
    tags: [tag],
    operationId: operationIdOf(summary),
    summary,
    description: [description, neededInWords(call)].filter(Boolean).join("\n\n"),
    security: securityOf(call),
    request: {
      params: pathParameters(path),
      query,
      headers: requestHeaders,
      ...(body && { body: { required: isNeeded(body), content: contentOf(body) } }),
    },
    responses: { ...problemAnswers(call), ...answersOf(call) },
  };
}

/** "Make a link" is `makeLink`. */
function operationIdOf(summary: string): string {
  const words = summary.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words
    .filter((word) => !ARTICLES.has(word))
    .map((word, at) => (at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
}

function pathParameters(path: string): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  if (names.length === 0) return undefined;
  return z.object(Object.fromEntries(names.map((name) => [name, pathParameter(name)])));
}

function pathParameter(name: string): z.ZodType {
  return z.string().meta({ description: PATH_PARAMETERS[name] });
}

/** No body counts as `{}`. */
function isNeeded(body: Contents): boolean {
  return Object.values(body).every((schema) => schema && !schema.safeParse({}).success);
}

function contentOf(contents: Contents): NonNullable<ResponseConfig["content"]> {
  return Object.fromEntries(
    Object.entries(contents).map(([type, schema]) => [type, schema ? { schema } : {}]),
  );
}

function answersOf({ answers }: Call): Record<string, ResponseConfig> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [status, responseOf(answer)]),
  );
}

function responseOf({ description, content, headers }: Answer): ResponseConfig {
  return {
    description,
    ...(content && { content: contentOf(content) }),
    ...(headers && { headers: headersOf(headers) }),
  };
}

/**
 * What a call may refuse, as its description tells: which reason words what it needs, where it
 * is and what it takes bring along, and the answer for each status.
 */
import type { Problem } from "#protocol/rest.ts";
import { type ErrorCode, kindOf } from "../errors.ts";
import type { Call } from "./call.ts";
import { problemsOfNeed } from "./call-needs.ts";
import { headersOf } from "./described-headers.ts";

const HEADERS: Readonly<Record<number, Record<string, string>>> = {
  401: { "WWW-Authenticate": "`Bearer`" },
  429: { "Retry-After": "Seconds to wait" },
  503: { "Retry-After": "Seconds to wait" },
};

/** By status: a reference to one of `problemComponents`. */
export function problemAnswers(call: Call): Record<string, { $ref: string }> {
  return Object.fromEntries(
    byStatus(call).map(([status, codes]) => [
      status,
      { $ref: `#/components/responses/${nameOf(codes)}` },
    ]),
  );
}

/** Every problem that calls refer to, by its name. */
export function problemComponents(calls: readonly Call[]): Map<string, ProblemResponse> {
  return new Map(
    calls
      .flatMap(byStatus)
      .map(([status, codes]) => [nameOf(codes), problemResponse(status, codes)]),
  );
}

type ProblemResponse = ReturnType<typeof problemResponse>;

/** Each status with its words; without what the call describes itself. */
function byStatus(call: Call): [number, ErrorCode[]][] {
  const codes = [...new Set(codesOf(call))].toSorted();
  const groups = Map.groupBy(codes, (code) => kindOf(code).status);
  return [...groups]
    .filter(([status]) => !Object.hasOwn(call.answers, status))
    .toSorted(([a], [b]) => a - b);
}

function codesOf(call: Call): ErrorCode[] {
  const { path, query, body, problems = [] } = call;
  return [
    ...problemsOfNeed(call),
    ...(path.startsWith("/api/") ? (["restart", "overload"] as const) : []),
    // The address itself may be wrong, or not even be decodable.
    ...(query || path.includes("{") ? (["invalid"] as const) : []),
    ...(body ? (["invalid", "type", "large"] as const) : []),
    ...problems,
  ];
}

function nameOf(codes: readonly ErrorCode[]): string {
  return codes.join("-");
}

function problemResponse(status: number, codes: readonly ErrorCode[]) {
  const words = codes.map((code) => `\`${typeOf(code)}\`: ${kindOf(code).title}`);
  const headers = HEADERS[status];
  return {
    description: words.join("\n\n"),
    content: {
      "application/problem+json": {
        schema: {
          allOf: [
            { $ref: "#/components/schemas/Problem" },
            { properties: { type: { type: "string" as const, enum: codes.map(typeOf) } } },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
    ...(headers && { headers: headersOf(headers) }),
  };
}

function exampleOf(code: ErrorCode): Problem {
  const { title, status } = kindOf(code);
  return { type: typeOf(code), title, status, detail: "What to do next." };
}

function typeOf(code: ErrorCode): string {
  return `/problems/${code}`;
}

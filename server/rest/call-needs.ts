/**
 * What calls need, as their description tells it: in words, as OpenAPI's security, and which
 * refusals it brings along. Who may really do what is decided elsewhere.
 */
import type { Role } from "#protocol/roles.ts";
import type { ErrorCode } from "../errors.ts";
import type { Call } from "./call.ts";

/** As OpenAPI names the ways in which a token is sent. */
export const SECURITY_SCHEMES = {
  token: {
    type: "http",
    scheme: "bearer",
    description: "Token of a link, of its claim, or the owner's",
  },
  tokenInAddress: {
    type: "apiKey",
    in: "query",
    name: "token",
    description: "The same within the address, where nothing is changed",
  },
  createToken: {
    type: "http",
    scheme: "bearer",
    description: "`CREATE_TOKEN` of the server, where it is set",
  },
  adminToken: {
    type: "http",
    scheme: "bearer",
    description: "`ADMIN_TOKEN` of the server",
  },
} as const;

type Requirement = Partial<Record<keyof typeof SECURITY_SCHEMES, string[]>>;

interface Need {
  readonly words: string;
  readonly problems: readonly ErrorCode[];
  /** Any one of them will do; none: nothing is needed. */
  readonly security: readonly Requirement[];
  /** What will do as well where nothing is changed. */
  readonly reading?: readonly Requirement[];
}

const LINK: readonly ErrorCode[] = ["token", "revoked", "expired", "unknown", "deleted"];

const NEEDS: Readonly<Record<Call["needs"], Need>> = {
  nothing: { words: "no token", problems: [], security: [] },
  link: { words: "the token of the link", problems: LINK, security: [{ token: [] }] },
  "create token": {
    words: "the server's create token, where it has one",
    problems: ["token", "role", "rate"],
    security: [{}, { createToken: [] }],
  },
  "admin token": {
    words: "the server's admin token",
    problems: ["token", "role", "unknown"],
    security: [{ adminToken: [] }],
  },
  view: withRole("view"),
  comment: withRole("comment"),
  edit: withRole("edit"),
  owner: withRole("owner"),
};

function withRole(role: Role): Need {
  return {
    words: `a token with the role \`${role}\`${role === "owner" ? "" : " or more"}`,
    problems: [...LINK, "password", "claim", ...(role === "view" ? [] : (["role"] as const))],
    security: [{ token: [] }],
    reading: [{ tokenInAddress: [] }],
  };
}

/** To stand in its description. */
export function neededInWords({ needs }: Call): string {
  return `Needs ${NEEDS[needs].words}.`;
}

/** What may be refused to whoever has not got it. */
export function problemsOfNeed({ needs }: Call): readonly ErrorCode[] {
  return NEEDS[needs].problems;
}

/** As OpenAPI wants it: any one will do. */
export function securityOf({ needs, method }: Call): Requirement[] {
  const { security, reading = [] } = NEEDS[needs];
  return method === "get" ? [...security, ...reading] : [...security];
}

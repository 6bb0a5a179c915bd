/**
 * Every setting: name, default, unit, check and the sentence for a wrong value.
 * Reads the environment it is given and nothing else.
 */
import { z } from "zod";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const MIB = 1024 * 1024;

const EXPECTED = {
  PORT: "a whole number from 0 to 65535 (0 picks a free port)",
  HOST: "a host name or an IP address to listen on",
  DATA_DIR: "a folder path",
  PUBLIC_URL: "an http or https address without path, such as https://notes.example.org",
  ADMIN_TOKEN: "a secret of at least one character, without spaces",
  ALLOWED_ORIGINS: "origins separated by commas, such as https://a.example,https://b.example",
  MAX_MESSAGE_BYTES: "a whole number of bytes (0 switches the limit off)",
  MAX_DOC_BYTES: "a whole number of bytes (0 switches the limit off)",
  LOG_LEVEL: `one of ${LOG_LEVELS.join(", ")}`,
} as const;

type SettingName = keyof typeof EXPECTED;

const bytes = (standard: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .default(standard);

const SETTINGS = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .default(3000),
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/)
    .default("0.0.0.0"),
  DATA_DIR: z.string().min(1).default("./data"),
  PUBLIC_URL: z.string().transform(toOrigin).optional(),
  ADMIN_TOKEN: z.string().regex(/^\S+$/).optional(),
  ALLOWED_ORIGINS: z
    .string()
    .transform((list, context) => list.split(",").map((origin) => toOrigin(origin.trim(), context)))
    .default([]),
  MAX_MESSAGE_BYTES: bytes(16 * MIB),
  MAX_DOC_BYTES: bytes(32 * MIB),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** Origin of handed-out links; undefined: taken from each request. */
  readonly publicUrl: string | undefined;
  /** Opens `/metrics`; undefined: nothing does. */
  readonly adminToken: string | undefined;
  /** Further origins that may open a WebSocket. */
  readonly allowedOrigins: readonly string[];
  /** Bytes of one WebSocket frame and one REST body; 0: no limit. */
  readonly maxMessageBytes: number;
  /** Bytes of one document's stored state; 0: no limit. */
  readonly maxDocBytes: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** One line for each bad setting. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

/**
 * Settings from an environment; an empty value counts as not set.
 * @throws ConfigError naming every bad setting at once.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(settingNames().map((name) => [name, env[name] || undefined]));
  const parsed = SETTINGS.safeParse(given);
  if (!parsed.success) throw new ConfigError(complaints(parsed.error, given));
  const settings = parsed.data;
  return {
    port: settings.PORT,
    host: settings.HOST,
    dataDir: settings.DATA_DIR,
    publicUrl: settings.PUBLIC_URL,
    adminToken: settings.ADMIN_TOKEN,
    allowedOrigins: settings.ALLOWED_ORIGINS,
    maxMessageBytes: settings.MAX_MESSAGE_BYTES,
    maxDocBytes: settings.MAX_DOC_BYTES,
    logLevel: settings.LOG_LEVEL,
  };
}

function complaints(error: z.ZodError, given: Record<string, string | undefined>): string[] {
  const wrong = new Set(error.issues.map((issue) => String(issue.path[0])));
  return settingNames()
    .filter((name) => wrong.has(name))
    .map((name) => `${name}: got ${shown(name, given[name])}, expected ${EXPECTED[name]}`);
}

/** What was given, unless it is a secret. */
function shown(name: SettingName, value: string | undefined): string {
  return name === "ADMIN_TOKEN" ? "(hidden)" : JSON.stringify(value);
}

function settingNames(): SettingName[] {
  return Object.keys(EXPECTED) as SettingName[];
}

function toOrigin(text: string, context: z.RefinementCtx): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url && url.pathname === "/" && !url.search && !url.hash && !url.username;
  if (bare && /^https?:$/.test(url.protocol)) return url.origin;
  context.addIssue({ code: "custom", message: "not an origin" });
  return z.NEVER;
}

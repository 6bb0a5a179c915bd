/**
 * Every setting: name, default, unit, check and the sentence for a wrong value.
 * Reads the environment it is given and nothing else.
 */
import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const MIB = 1024 * 1024;

const EXPECTED = {
  PORT: "a whole number from 0 to 65535 (0 picks a free port)",
  HOST: "a host name or an IP address to listen on",
  DATA_DIR: "a folder path",
  DATABASE_URL:
    "an address such as postgres://user:password@host:5432/quire, together with REDIS_URL",
  REDIS_URL:
    "an address such as redis://user:password@host:6379/0 or rediss://…, together with DATABASE_URL",
  NODE_ID: "1 to 64 letters, digits, _, . or -",
  PUBLIC_URL: "an http or https address without path, such as https://notes.example.org",
  ADMIN_TOKEN: "a secret of at least one character, without spaces",
  CREATE_TOKEN: "a secret of at least one character, without spaces",
  TRUST_PROXY: "how many proxies stand in front, a whole number",
  MAX_CREATES_PER_MINUTE: "a whole number (0 switches the limit off)",
  MAX_SOCKETS_PER_ADDRESS: "a whole number (0 switches the limit off)",
  MAX_SOCKETS_PER_DOC: "a whole number (0 switches the limit off)",
  MAX_FRAMES_PER_SECOND: "a whole number (0 switches the limit off)",
  MAX_BYTES_PER_SECOND: "a whole number of bytes (0 switches the limit off)",
  ALLOWED_ORIGINS: "origins separated by commas, such as https://a.example,https://b.example",
  MAX_MESSAGE_BYTES: "a whole number of bytes (0 switches the limit off)",
  MAX_DOC_BYTES: "a whole number of bytes (0 switches the limit off)",
  MAX_ATTACHMENT_BYTES: "a whole number of bytes (0 switches the limit off)",
  MAX_ATTACHMENTS_BYTES: "a whole number of bytes (0 switches the limit off)",
  WEBHOOK_ALLOW: "addresses or networks separated by commas, such as 192.168.1.20,10.0.0.0/8",
  LOG_LEVEL: `one of ${LOG_LEVELS.join(", ")}`,
} as const;

type SettingName = keyof typeof EXPECTED;

/** As the environment has them; an empty one counts as not set. */
type Given = Readonly<Record<string, string | undefined>>;

/** Those whose values are told to nobody. */
const SECRETS: ReadonlySet<SettingName> = new Set(["ADMIN_TOKEN", "CREATE_TOKEN"]);

/** Addresses with a password within. */
const SECRET_PARTS: ReadonlySet<SettingName> = new Set(["DATABASE_URL", "REDIS_URL"]);

const whole = (standard: number) =>
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
  DATABASE_URL: z
    .string()
    .refine((url) => isUrlOf(/^postgres(ql)?:$/, url))
    .optional(),
  REDIS_URL: z.string().refine(isRedisUrl).optional(),
  NODE_ID: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
  PUBLIC_URL: z.string().transform(toOrigin).optional(),
  ADMIN_TOKEN: z.string().regex(/^\S+$/).optional(),
  CREATE_TOKEN: z.string().regex(/^\S+$/).optional(),
  TRUST_PROXY: whole(0),
  ALLOWED_ORIGINS: z
    .string()
    .transform((list, context) => list.split(",").map((origin) => toOrigin(origin.trim(), context)))
    .default([]),
  MAX_MESSAGE_BYTES: whole(16 * MIB),
  MAX_DOC_BYTES: whole(32 * MIB),
  MAX_ATTACHMENT_BYTES: whole(10 * MIB),
  MAX_ATTACHMENTS_BYTES: whole(200 * MIB),
  MAX_CREATES_PER_MINUTE: whole(60),
  MAX_SOCKETS_PER_ADDRESS: whole(200),
  MAX_SOCKETS_PER_DOC: whole(1000),
  MAX_FRAMES_PER_SECOND: whole(500),
  MAX_BYTES_PER_SECOND: whole(2 * MIB),
  WEBHOOK_ALLOW: z
    .string()
    .transform((list, context) => list.split(",").map((one) => toNetwork(one.trim(), context)))
    .default([]),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** Postgres, for more than one node; there exactly when `redisUrl` is. Undefined: SQLite in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** `redis[s]://[user:password@]host[:port][/database]` */
  readonly redisUrl: string | undefined;
  /** Name of this node among others. */
  readonly nodeId: string;
  /** Origin of handed-out links; undefined: taken from each request. */
  readonly publicUrl: string | undefined;
  /** Opens `/metrics`; undefined: nothing does. */
  readonly adminToken: string | undefined;
  /** Needed to create documents; undefined: anybody may. */
  readonly createToken: string | undefined;
  /** Proxies in front whose `X-Forwarded-*` headers are believed. */
  readonly trustProxy: number;
  /** Origins, besides the host that is asked, that may open a WebSocket and call the API; `publicUrl` is one. */
  readonly allowedOrigins: readonly string[];
  /** Bytes of one WebSocket frame and one REST body; 0: no limit. */
  readonly maxMessageBytes: number;
  /** Bytes of one document's stored state; 0: no limit. */
  readonly maxDocBytes: number;
  /** Bytes of one image; 0: no limit. */
  readonly maxAttachmentBytes: number;
  /** Bytes of all images of one document; 0: no limit. */
  readonly maxAttachmentsBytes: number;
  /** From one address; 0: no limit, here and below. */
  readonly maxCreatesPerMinute: number;
  readonly maxSocketsPerAddress: number;
  readonly maxSocketsPerDoc: number;
  /** By one socket, sustained. */
  readonly maxFramesPerSecond: number;
  readonly maxBytesPerSecond: number;
  /** Networks within that webhooks may call, in CIDR notation. */
  readonly webhookAllow: readonly string[];
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
export function readConfig(env: Given): Config {
  const given = Object.fromEntries(settingNames().map((name) => [name, env[name] || undefined]));
  const parsed = SETTINGS.safeParse(given);
  const wrong = new Set([...wrongIn(parsed.error), ...missingBeside(given)]);
  if (!parsed.success || wrong.size > 0) throw new ConfigError(complaints(wrong, given));
  const settings = parsed.data;
  return {
    port: settings.PORT,
    host: settings.HOST,
    dataDir: settings.DATA_DIR,
    databaseUrl: settings.DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    nodeId: settings.NODE_ID ?? randomBytes(6).toString("base64url"),
    publicUrl: settings.PUBLIC_URL,
    adminToken: settings.ADMIN_TOKEN,
    createToken: settings.CREATE_TOKEN,
    trustProxy: settings.TRUST_PROXY,
    allowedOrigins: [
      ...settings.ALLOWED_ORIGINS,
      ...(settings.PUBLIC_URL ? [settings.PUBLIC_URL] : []),
    ],
    maxMessageBytes: settings.MAX_MESSAGE_BYTES,
    maxDocBytes: settings.MAX_DOC_BYTES,
    maxAttachmentBytes: settings.MAX_ATTACHMENT_BYTES,
    maxAttachmentsBytes: settings.MAX_ATTACHMENTS_BYTES,
    maxCreatesPerMinute: settings.MAX_CREATES_PER_MINUTE,
    maxSocketsPerAddress: settings.MAX_SOCKETS_PER_ADDRESS,
    maxSocketsPerDoc: settings.MAX_SOCKETS_PER_DOC,
    maxFramesPerSecond: settings.MAX_FRAMES_PER_SECOND,
    maxBytesPerSecond: settings.MAX_BYTES_PER_SECOND,
    webhookAllow: settings.WEBHOOK_ALLOW,
    logLevel: settings.LOG_LEVEL,
  };
}

function wrongIn(error: z.ZodError | undefined): string[] {
  return error?.issues.map((issue) => String(issue.path[0])) ?? [];
}

/** Several nodes need both; one alone is a mistake, not half a cluster. */
function missingBeside(given: Given): SettingName[] {
  const [first, second] = ["DATABASE_URL", "REDIS_URL"] as const;
  if (given[first] && !given[second]) return [second];
  return given[second] && !given[first] ? [first] : [];
}

function complaints(wrong: ReadonlySet<string>, given: Given): string[] {
  return settingNames()
    .filter((name) => wrong.has(name))
    .map((name) => `${name}: got ${shown(name, given[name])}, expected ${EXPECTED[name]}`);
}

/** What was given, without what of it is secret. */
function shown(name: SettingName, value: string | undefined): string {
  if (value === undefined) return "nothing";
  if (SECRETS.has(name)) return "(hidden)";
  if (SECRET_PARTS.has(name)) return JSON.stringify(withoutSecrets(value));
  // An address may hold a password before its host.
  return JSON.stringify(value.replace(/\/\/[^/@,]*@/g, "//(hidden)@"));
}

/** User, password and parameters; a password may hold any character, by mistake too. */
function withoutSecrets(url: string): string {
  return url.replace(/^(\w+:\/\/)?.*@/s, "$1(hidden)@").replace(/\?.*/s, "?(hidden)");
}

/** Every name that is read. */
export function settingNames(): SettingName[] {
  return Object.keys(EXPECTED) as SettingName[];
}

function isUrlOf(protocol: RegExp, text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !protocol.test(url.protocol)) return false;
  // Postgres may be reached by a socket in a folder, which is named as a parameter.
  return url.hostname !== "" || url.searchParams.has("host");
}

/** The path is the number of a database. */
function isRedisUrl(text: string): boolean {
  return isUrlOf(/^rediss?:$/, text) && /^(\/\d{0,5})?$/.test(new URL(text).pathname);
}

function toOrigin(text: string, context: z.RefinementCtx): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url && url.pathname === "/" && !url.search && !url.hash && !url.username;
  if (bare && /^https?:$/.test(url.protocol)) return url.origin;
  context.addIssue({ code: "custom", message: "not an origin" });
  return z.NEVER;
}

/** An address is a network of its own. */
function toNetwork(text: string, context: z.RefinementCtx): string {
  const [, address = "", given] = /^([^/]+?)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const bits = given === undefined ? longest : Number(given);
  if (bits >= 0 && bits <= longest) return `${address}/${bits}`;
  context.addIssue({ code: "custom", message: "not a network" });
  return z.NEVER;
}

/**
 * Starts the server from the environment and ends it on a signal. Beside `chromium.ts` the
 * server's only file that touches `process`.
 */
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { StoreError } from "../persistence/store-error.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { chromiumPath } from "./export/chromium-path.ts";
import { builtPage } from "./rest/page.ts";
import { listen, type Server } from "./server.ts";
import { openStorage } from "./storage.ts";

const EXIT = { failed: 1, badSettings: 2 };

/** A terminal delivers one Ctrl-C twice; only a later signal means "now". Milliseconds. */
const SAME_SIGNAL_MS = 1000;

/** In a container the process is asked to end within 10 s. */
const LONGEST_CLOSE_MS = 9500;

/**
 * Standard error, where a line that cannot be written is lost. The logger's own destination
 * throws when the disk of the log is full, and tries for ever as the process ends.
 */
const LOG_DESTINATION = {
  write(line: string): void {
    try {
      writeSync(2, line);
    } catch {
      // There is nowhere left to say it.
    }
  },
};

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = pino({ level: config.logLevel, ...namedBy(config) }, LOG_DESTINATION);
  const storage = await openStorage(config, logger);
  const pageDir = builtPage(fileURLToPath(new URL("../web/dist", import.meta.url)));
  const chromium = chromiumPath(process.env.PATH);
  const server = await listen({ config, ...storage, logger, pageDir, chromium });
  endOnSignal(server);
  process.stdout.write(`Quire is listening on ${addressOf(config, server)}\n`);
}

/** Of several nodes each says in every line which it is. */
function namedBy({ databaseUrl, nodeId }: Config) {
  return databaseUrl === undefined ? {} : { base: { node: nodeId, pid: process.pid } };
}

function endOnSignal(server: Server): void {
  let signalledAt: number | undefined;
  const onSignal = () => {
    if (signalledAt === undefined) {
      signalledAt = Date.now();
      void end(server);
    } else if (Date.now() - signalledAt > SAME_SIGNAL_MS) {
      endAtOnce();
    }
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

async function end(server: Server): Promise<void> {
  setTimeout(endAtOnce, LONGEST_CLOSE_MS).unref();
  const isSaved = await server.close();
  process.exit(isSaved ? 0 : EXIT.failed);
}

/** Not by `process.exit`, which waits for the store's thread: that may hang in the disk for ever. */
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}

/** The wildcard addresses name no host that a browser could open. */
function addressOf({ host }: Config, { address }: Server): string {
  const isWildcard = host === "0.0.0.0" || host === "::";
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${isWildcard ? "localhost" : name}:${address.port}`;
}

function explain(error: unknown): void {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.lines.join("\n")}\n`);
    process.exit(EXIT.badSettings);
  }
  const hint = error instanceof StoreError && error.hint ? ` ${error.hint}` : "";
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Quire could not start: ${message}${hint}\n`);
  process.exit(EXIT.failed);
}

await main().catch(explain);

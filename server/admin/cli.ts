/**
 * `npm run admin`: the operator's calls from a shell. Talks to the running server by HTTP, but
 * for moving what is stored. Each command is a file in `commands/`; this one reads the environment, and touches `process`.
 */
import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { AdminClient } from "./client.ts";
import { type AdminCommand, type AdminContext, CommandError } from "./command.ts";
import { deleteCommand } from "./commands/delete.ts";
import { exportCommand } from "./commands/export.ts";
import { listCommand } from "./commands/list.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { usageCommand } from "./commands/usage.ts";

const EXIT = { failed: 1, misused: 2, interrupted: 130 };

const COMMANDS: readonly AdminCommand[] = [
  listCommand,
  usageCommand,
  deleteCommand,
  exportCommand,
  migrateCommand,
];

const {
  ADMIN_TOKEN,
  PORT,
  DATA_DIR,
  DATABASE_URL,
  INIT_CWD,
  npm_lifecycle_event: script,
} = process.env;

const interruption = new AbortController();

function programOf(): Command {
  const program = new Command("npm run admin --");
  program
    .description(
      "Talks to the running server; ADMIN_TOKEN is what it was started with. Only migrate needs it stopped.",
    )
    .option("--url <address>", "of the server", `http://localhost:${PORT || 3000}`)
    .exitOverride();
  const context: AdminContext = {
    client: () => clientFor(program.opts<{ url: string }>().url),
    say: (line) => process.stdout.write(`${line}\n`),
    progressOutput: process.stderr,
    signal: interruption.signal,
    dataDir: resolve(DATA_DIR || "./data"),
    databaseUrl: DATABASE_URL,
    pathOf,
  };
  for (const add of COMMANDS) add(program, context);
  return program;
}

function clientFor(url: string): AdminClient {
  const { signal } = interruption;
  if (ADMIN_TOKEN) return new AdminClient({ url, token: ADMIN_TOKEN, signal });
  throw new CommandError("Set ADMIN_TOKEN to what the server was started with.", {
    isMisuse: true,
  });
}

/** npm runs a script in the project's folder; a file is meant from where the person stands. */
function pathOf(file: string): string {
  return resolve((script === "admin" && INIT_CWD) || ".", file);
}

/** Commander has said by itself what was wrong with the arguments, or has shown its help. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.misused;
  if (interruption.signal.aborted) return EXIT.interrupted;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  return error instanceof CommandError && error.isMisuse ? EXIT.misused : EXIT.failed;
}

process.once("SIGINT", () => interruption.abort());
// Whoever read the output has read enough.
process.stdout.on("error", () => process.exit());

try {
  await programOf().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

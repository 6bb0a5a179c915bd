/**
 * The commands for whoever keeps the data: backup, verify and restore. With the
 * server's main file the only one that touches `process`; knows no SQL.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { progressOn } from "./progress.ts";
import { backUp } from "./sqlite/backup.ts";
import { databasePath } from "./sqlite/connection.ts";
import { restore } from "./sqlite/restore.ts";
import { type Problem, type Verification, verify } from "./sqlite/verify.ts";
import { StoreError } from "./store-error.ts";

const EXIT = { failed: 1, badUsage: 2 };

const USAGE = {
  backup: "npm run backup -- FILE",
  verify: "npm run verify -- [--json] [FILE]",
  restore: "npm run restore -- FILE",
};

type Command = keyof typeof USAGE;

class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Where the server started by `npm start` keeps its data. */
const dataDir = resolve(process.env.DATA_DIR || "./data");

function run([command = "", ...args]: readonly string[]): void {
  switch (command) {
    case "backup":
      return runBackup(theFile(command, args));
    case "restore":
      return runRestore(theFile(command, args));
    case "verify":
      return runVerify(args);
    default:
      throw new UsageError(Object.values(USAGE).join(" | "));
  }
}

function runBackup(file: string): void {
  const { bytes, attachments } = backUp({ dataDir, file });
  const more = attachments > 0 ? `, and ${attachments} attachments beside it` : "";
  say(`Backed up ${dataDir} to ${file}: ${bytes} bytes${more}.`);
}

function runRestore(file: string): void {
  restore({ dataDir, file });
  say(`Restored ${file} to ${dataDir}.`);
}

function runVerify(args: readonly string[]): void {
  const { values, files } = parsed("verify", args, { json: { type: "boolean" } });
  if (files.length > 1) throw new UsageError(USAGE.verify);
  const path = files[0] ?? databasePath(dataDir);
  const onProgress = progressOn(process.stderr, "documents verified");
  const result = verify({ path, ...(!values.json && { onProgress }) });
  if (values.json) say(JSON.stringify({ path, ...result }));
  else for (const line of [...result.problems.map(lineOf), summary(path, result)]) say(line);
  if (result.problems.length > 0) process.exitCode = EXIT.failed;
}

/** The one file that a command is given, as an absolute path. */
function theFile(command: Command, args: readonly string[]): string {
  const [file, ...others] = parsed(command, args).files;
  if (!file || others.length > 0) throw new UsageError(USAGE[command]);
  return file;
}

function parsed(
  command: Command,
  args: readonly string[],
  options: Record<string, { type: "boolean" }> = {},
) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, files: positionals.map((file) => fromHere(command, file)) };
  } catch {
    throw new UsageError(USAGE[command]);
  }
}

/** npm runs a script in the project's folder; a file is meant from where the person stands. */
function fromHere(command: Command, file: string): string {
  if (!file) throw new UsageError(USAGE[command]);
  const { npm_lifecycle_event: script, INIT_CWD: standing } = process.env;
  return resolve((script === command && standing) || ".", file);
}

function lineOf({ document, row, problem }: Problem): string {
  const place = [document && `document ${document}`, row].filter(Boolean).join(", ");
  return `${place || "the file"}: ${problem}`;
}

function summary(path: string, verification: Verification): string {
  const { documents, updates, snapshots, attachments, problems } = verification;
  const read = `${documents} documents, ${updates} updates, ${snapshots} snapshots`;
  return `Verified ${path}: ${read}, ${attachments} attachments, ${problems.length} problems.`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function explain(error: unknown): void {
  if (error instanceof UsageError) {
    process.stderr.write(`usage: ${error.message}\n`);
    process.exitCode = EXIT.badUsage;
    return;
  }
  const hint = error instanceof StoreError && error.hint ? ` ${error.hint}` : "";
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}.${hint}\n`);
  process.exitCode = EXIT.failed;
}

try {
  run(process.argv.slice(2));
} catch (error) {
  explain(error);
}
